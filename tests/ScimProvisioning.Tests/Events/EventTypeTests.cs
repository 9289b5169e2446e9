using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimProvisioning.Events;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Events;

/// <summary>The types of events are a closed list, and each has a schema, an example and a line in the documentation.</summary>
[TestFixture, Parallelizable]
sealed class EventTypeTests
{
    static readonly string[] Names = [.. EventType.All.Select(type => type.Name)];

    [Test]
    public void No_two_have_the_same_name() => Assert.That(Names, Is.Unique.And.All.Match("^[a-z_]+(\\.[a-z_]+)+$"));

    [TestCaseSource(nameof(Names))]
    public void The_example_of_a_type_fits_its_schema(string name)
    {
        var example = EventSchemas.Example(EventType.All.Single(type => type.Name == name));

        Assert.That(EventCheck.Fault(example.ToJsonString()), Is.Null);
        Assert.That((string?)example["type"], Is.EqualTo(name));
    }

    [TestCase("data.user.version", "\"7\"")]
    [TestCase("data.user.shoeSize", "38")]
    [TestCase("data.more", "1")]
    [TestCase("cause.kind", "\"nobody\"")]
    [TestCase("timestamp", "\"yesterday\"")]
    public void An_event_that_does_not_fit_is_found(string path, string value)
    {
        var example = EventSchemas.Example(EventType.UserUpdated);
        JsonNode at = example;
        foreach (var name in path.Split('.')[..^1])
            at = at[name]!;
        at[path.Split('.')[^1]] = JsonNode.Parse(value);

        Assert.That(EventCheck.Fault(example.ToJsonString()), Is.Not.Null);
    }

    [TestCase("directory.user.created", "directory.user.created")]
    [TestCase("directory.snapshot.*", "directory.snapshot.started directory.snapshot.finished")]
    [TestCase(
        "directory.group.deleted, directory.group.*",
        "directory.group.deleted directory.group.created directory.group.updated directory.group.members_changed"
    )]
    public void Types_are_listed_by_their_names_or_by_how_they_begin(string list, string names)
    {
        Assert.That(TypeList.Unknown(list), Is.Null);
        Assert.That(TypeList.Of(list), Is.EqualTo(names.Split(' ')));
    }

    [TestCase("directory.user", "directory.user")]
    [TestCase("directory.user.created,nothing.*", "nothing.*")]
    [TestCase("*", "*")]
    [TestCase("directory.user.created,", "")]
    public void A_type_that_is_not_listed_is_named(string list, string unknown) => Assert.That(TypeList.Unknown(list), Is.EqualTo(unknown));

    static readonly string[] Causes =
    [
        .. typeof(EventCause)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!),
    ];

    [TestCase("src/ScimProvisioning/Events/event-schemas.json", "\"enum\": \\[(.*\"rebuild\".*)]", "\"([a-z]+)\"")]
    [TestCase("docs/events.md", "(?s)\n- `cause.kind`: (.*?)`requestId`", "`([a-z]+)`(?: \\(|,)")]
    [TestCase("src/ScimProvisioning.Client/DirectoryEvent.cs", "(?s)<param name=\"Kind\">(.*?)</param>", "<c>([a-z]+)</c>")]
    public void What_can_make_an_event_is_listed_in(string file, string list, string cause)
    {
        var text = Regex.Match(File.ReadAllText(ProjectFolder.Find(file)), list).Groups[1].Value;

        Assert.That(Regex.Matches(text, cause).Select(match => match.Groups[1].Value), Is.EquivalentTo(Causes));
    }

    [Test]
    public void The_documentation_lists_them()
    {
        var rows = EventType.All.Select(type => $"| `{type.Name}` | {Members(type)} | {type.Description} |\n");
        var table = $"\n| type | `data` | what happened |\n|---|---|---|\n{string.Concat(rows)}\n";
        const string page = "docs/events.md";

        var expected = ProjectFolder.Between(File.ReadAllText(ProjectFolder.Find(page)), "event types", table);

        ProjectFolder.RequireGenerated(page, expected, "SCIM_WRITE_EVENT_TYPES", nameof(EventTypeTests));
    }

    static string Members(EventType type) =>
        string.Join(", ", ((JsonObject)EventSchemas.Shared()[type.DataSchema]!["properties"]!).Select(member => $"`{member.Key}`"));
}
