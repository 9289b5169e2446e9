using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>What the app is told of a person, beside the person as he is now.</summary>
/// <param name="Type">One of the constants.</param>
/// <param name="Changes">
/// Names of what differs: the members of a person as they are shown, and <c>attributes.costCenter</c> for what is in <c>attributes</c>.
/// None for a new person.
/// </param>
/// <param name="Previous">By the same names, the values before as they were shown; <c>null</c> for none.</param>
public sealed record PersonEvent(string Type, IReadOnlyList<string> Changes, JsonObject Previous)
{
    public const string Created = "directory.user.created";
    public const string Updated = "directory.user.updated";
    public const string Deactivated = "directory.user.deactivated";
    public const string Reactivated = "directory.user.reactivated";
    public const string Deleted = "directory.user.deleted";

    /// <summary>The <c>data</c> of the event: <c>{user, changes, previous}</c>, of a new person <c>{user}</c>.</summary>
    /// <param name="user">The person as he is shown now.</param>
    public JsonObject Data(JsonObject user) =>
        Type == Created
            ? new() { ["user"] = user }
            : new()
            {
                ["user"] = user,
                ["changes"] = new JsonArray([.. Changes.Select(name => (JsonNode?)name)]),
                ["previous"] = Previous.DeepClone(),
            };

    internal static PersonEvent OfNew => new(Created, [], []);

    /// <summary>The type for a person who stays or changes from one status to another.</summary>
    internal static string TypeOf(PersonStatus before, PersonStatus after) =>
        (before, after) switch
        {
            _ when before == after => Updated,
            (_, PersonStatus.Active) => Reactivated,
            (_, PersonStatus.Deleted) => Deleted,
            (PersonStatus.Active, PersonStatus.Inactive) => Deactivated,
            _ => Updated,
        };
}
