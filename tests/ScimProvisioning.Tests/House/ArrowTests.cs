namespace ScimProvisioning.Tests.House;

/// <summary>The rooms (folders) of the server and the arrows between them. docs/architecture.md says what each room is for.</summary>
[TestFixture, Parallelizable]
sealed class ArrowTests
{
    /// <summary>For each room, the rooms that its files may use. A room may always use itself and the files beside Program.cs.</summary>
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Storage"] = [],
        ["Auth"] = ["Storage"],
        ["Admin"] = ["Auth", "Storage"],
        ["Http"] = ["Auth", "Storage"],
        ["Hosting"] = ["Auth", "Storage"],
    };

    [Test]
    public void Each_room_uses_only_the_rooms_its_arrows_lead_to() => Assert.That(Breaches(SourceGraph.Uses()), Is.Empty);

    [Test]
    public void Each_room_has_its_arrows_in_the_table()
    {
        var rooms = Directory
            .EnumerateFiles(SourceGraph.Source, "*.cs", SearchOption.AllDirectories)
            .Select(file => TopRoom(Path.GetRelativePath(SourceGraph.Source, file).Replace('\\', '/')))
            .Where(room => room != "")
            .Distinct();

        Assert.That(rooms, Is.EquivalentTo(Arrows.Keys), "A new room needs a line in the table of this test and in docs/architecture.md.");
    }

    static string TopRoom(string file) => Use.RoomOf(file).Split('/')[0];

    static IEnumerable<Use> Breaches(IEnumerable<Use> uses) =>
        uses.Where(use => use.From != "Program.cs" && TopRoom(use.From) != TopRoom(use.To) && TopRoom(use.To) != "")
            .Where(use => !Arrows.GetValueOrDefault(TopRoom(use.From), []).Contains(TopRoom(use.To)));
}
