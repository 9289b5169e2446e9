using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.House;

/// <summary>The rooms of the house and the doors between them, read from the sources.</summary>
[TestFixture, Parallelizable]
sealed partial class FloorPlanTests
{
    static readonly string Source = Path.GetFullPath(Path.Combine(Here(), "../../../src/ScimProvisioning"));

    static readonly Dictionary<string, string[]> Doors = new()
    {
        ["Http"] = ["Auth", "Storage"],
        ["Auth"] = ["Storage"],
        ["Admin"] = ["Auth", "Storage"],
        ["Hosting"] = [],
        ["Storage"] = [],
    };

    static IEnumerable<string> Rooms =>
        Directory.GetDirectories(Source).Select(room => Path.GetFileName(room)).Where(room => room is not ("bin" or "obj" or "Properties"));

    [TestCaseSource(nameof(Rooms))]
    public void A_room_knows_only_the_rooms_downstream(string room)
    {
        Assert.That(Doors.Keys, Does.Contain(room), "a new room needs its doors in the plan");

        var known = Directory
            .GetFiles(Path.Combine(Source, room), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Mentioned().Matches(File.ReadAllText(file)).Select(match => match.Groups["room"].Value))
            .Where(Doors.ContainsKey)
            .Distinct();

        Assert.That(known.Except([room]), Is.SubsetOf(Doors[room]));
    }

    [Test]
    public void The_compliance_tool_is_a_black_box() =>
        Assert.That(
            File.ReadAllText(Path.Combine(Source, "../../scim-compliance/scim-compliance.csproj")),
            Does.Not.Contain("ProjectReference")
        );

    static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"ScimProvisioning\.(?<room>\w+)")]
    private static partial Regex Mentioned();
}
