using Spectre.Console;

namespace ScimCompliance.Simulate;

/// <summary>
/// The figures of the cycles: a row per figure, a column per cycle. There are several tables when the terminal is too narrow for one.
/// </summary>
static class CycleTable
{
    const int NameWidth = 19;
    const int CycleWidth = 8;

    static readonly (string Name, Count Count)[] Counts =
    [
        ("users created", Count.UsersCreated),
        ("users matched", Count.UsersMatched),
        ("users changed", Count.UsersUpdated),
        ("users disabled", Count.UsersDisabled),
        ("users restored", Count.UsersRestored),
        ("users deleted", Count.UsersDeleted),
        ("managers sent", Count.Managers),
        ("groups created", Count.GroupsCreated),
        ("groups matched", Count.GroupsMatched),
        ("groups changed", Count.GroupsUpdated),
        ("groups deleted", Count.GroupsDeleted),
        ("memberships added", Count.MembersAdded),
        ("memberships removed", Count.MembersRemoved),
        ("requests", Count.Requests),
        ("failures", Count.Failures),
    ];

    static readonly (string Name, Func<CycleFigures, string> Of)[] Rows =
    [
        .. Counts.Select(row => (row.Name, (Func<CycleFigures, string>)(cycle => $"{cycle[row.Count]}"))),
        ("seconds", cycle => $"{cycle.Elapsed.TotalSeconds:0.0}"),
        ("requests/s", cycle => $"{cycle.RequestsPerSecond:0}"),
    ];

    public static void Write(IReadOnlyList<CycleFigures> cycles, IAnsiConsole console)
    {
        // Figures that are zero in all cycles are left out of every table.
        var rows = Rows.Where(row => cycles.Any(cycle => row.Of(cycle) is not "0")).ToList();
        foreach (var some in cycles.Chunk(Math.Max(1, (console.Profile.Width - NameWidth - 2) / (CycleWidth + 1))))
        {
            var table = new Table()
                .Border(TableBorder.Simple)
                .AddColumn(new TableColumn("cycle").Width(NameWidth).NoWrap().Padding(0, 0, 0, 0));
            // "settling 1" is wider than any figure, so it is written in two lines.
            foreach (var cycle in some)
                table.AddColumn(
                    new TableColumn(Markup.Escape(cycle.Name.Replace("incremental ", "", StringComparison.Ordinal).Replace(' ', '\n')))
                        .Width(CycleWidth)
                        .NoWrap()
                        .RightAligned()
                        .Padding(0, 0, 0, 0)
                );
            foreach (var row in rows)
                table.AddRow([row.Name, .. some.Select(row.Of)]);
            console.Write(table);
        }
    }
}
