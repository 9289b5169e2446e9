using ScimCompliance.Simulate;
using Spectre.Console;

namespace ScimCompliance.Tests;

/// <summary>What the verb <c>simulate</c> prints.</summary>
[Parallelizable(ParallelScope.All)]
sealed class SimulationReportTests
{
    [Test]
    public void Six_cycles_fit_into_80_columns_and_figures_that_are_all_zero_are_left_out()
    {
        string[] names = ["initial", .. Enumerable.Range(1, 5).Select(number => $"incremental {number}")];

        var printed = Printed(Of([.. names.Select(Cycle)]), width: 80);

        Assert.That(printed.Select(line => line.Length), Is.All.LessThanOrEqualTo(80), "no wider than the terminal");
        Assert.That(
            printed.Single(line => line.Contains("cycle  ")).Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo((string[])["cycle", "initial", "1", "2", "3", "4", "5"])
        );
        Assert.That(
            printed.Single(line => line.Contains("memberships added")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2..],
            Is.All.EqualTo("12345")
        );
        Assert.That(printed, Has.Some.Contains("users matched").And.None.Contains("users restored"));
    }

    [Test]
    public void More_cycles_make_more_tables_and_not_wider_ones()
    {
        string[] names = ["initial", .. Enumerable.Range(1, 5).Select(number => $"incremental {number}"), "settling 1", "settling 2"];

        var printed = Printed(Of([.. names.Select(Cycle)]), width: 80);

        Assert.That(printed.Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
        Assert.That(printed.Count(line => line.Contains("memberships added")), Is.EqualTo(2));
        Assert.That(printed, Has.Some.Contains("settling settling"));
    }

    [Test]
    public void Equal_failures_are_one_line_with_three_names()
    {
        var escrow = Enumerable
            .Range(0, 38)
            .Select(i => new EscrowEntry(Phase.Users, $"u{i}", $"POST was answered 400: manager of U{i} is wrong", default, default, 2));

        var printed = Printed(
            Of([Cycle("initial")]) with
            {
                Escrow = [.. escrow, new(Phase.Groups, "Sales", "POST was answered 500", default, default, 3)],
            }
        );

        Assert.That(
            printed.Where(line => line.StartsWith("still failing", StringComparison.Ordinal)),
            Is.EqualTo(
                (string[])
                    [
                        "still failing: 38 users: POST was answered 400: manager of … is wrong (u0, u1, u2 and 35 more)",
                        "still failing: 1 group: POST was answered 500 (Sales, 3 times)",
                    ]
            )
        );
    }

    [Test]
    public void Differences_of_a_kind_are_one_line()
    {
        Difference[] differences =
        [
            .. Enumerable.Range(0, 5).Select(i => new Difference("user", $"u{i}", "it", "there", "not provisioned")),
            .. Enumerable.Range(0, 3).Select(i => new Difference("user", $"v{i}", "title", $"'Engineer {i}'", "absent")),
            .. Enumerable.Range(0, 2).Select(i => new Difference("group", "Sales", $"member w{i}", "there", "missing")),
            new("group", "Legal", "externalId", "'1'", "absent"),
        ];

        Assert.That(
            SummaryLines.Differences(differences),
            Is.EqualTo(
                new (string, int)[]
                {
                    ("5 users: should be there, but is not provisioned (u0, u1, u2 and 2 more)", 5),
                    ("3 users: title is not what it should be, as in 'v0': should be 'Engineer 0', but is absent (v0, v1, v2)", 3),
                    ("2 memberships: should be there, but is missing (w0 in Sales, w1 in Sales)", 2),
                    ("group 'Legal': externalId should be '1', but is absent", 1),
                }
            )
        );
    }

    [TestCase(null, "… and 120 more; --report json FILE lists all.")]
    [TestCase("all.json", "… and 120 more; all.json lists all.")]
    public void At_most_20_lines_of_differences_are_printed(string? file, string told)
    {
        var differences = Enumerable.Range(0, 140).Select(i => new Difference("user", "ada", $"attribute{i}", "'a'", "absent"));

        var printed = Printed(Of([Cycle("initial")]) with { Differences = [.. differences] }, file);

        Assert.That(printed.Count(line => line.StartsWith('✗')), Is.EqualTo(20));
        Assert.That(printed, Has.Some.EqualTo(told).And.Some.EqualTo("140 differences."));
    }

    [TestCase(false, "Deleted 3 users and 1 group with the mark abcd.")]
    [TestCase(true, "Left 3 users and 1 group with the mark abcd.")]
    public void It_says_what_was_deleted_or_left_and_who_was_not_in_scope(bool kept, string told)
    {
        var printed = Printed(Of([Cycle("initial")]) with { Kept = kept });

        Assert.That(
            printed,
            Has.Some.EqualTo(told).And.Some.Contains("1 of 4 users not in scope").And.Some.Contains("7 of 9 memberships could be sent")
        );
    }

    static IEnumerable<TestCaseData> Ends =>
        new (string Name, SimulationResult Simulated, bool IsClean, string Told)[]
        {
            ("clean", Of([Cycle("initial")]), true, "No differences: the server holds exactly what the tenant says."),
            (
                "noted",
                Of([Cycle("initial")]) with
                {
                    Notes = ["/Users was not walked."],
                },
                true,
                "No differences in what could be looked at."
            ),
            (
                "left",
                Of([Cycle("initial")]) with
                {
                    Left = ["/Users/1"],
                },
                false,
                "No differences, but not everything could be deleted again."
            ),
            (
                "failing",
                Of([Cycle("initial")]) with
                {
                    Escrow = [new(Phase.Users, "ada", "500", default, default, 1)],
                },
                false,
                "No differences, but something is still failing."
            ),
            ("in quarantine", Of([new("initial") { Quarantine = "401" }]), false, "No differences, but the job ended in quarantine."),
            (
                "out of quarantine",
                Of([new("initial") { Quarantine = "401" }, Cycle("settling 1")]),
                true,
                "No differences: the server holds exactly what the tenant says."
            ),
            ("matched", Of([Cycle("initial")]) with { KeptMatches = new(2, 1) }, true, "2 users and 1 group were there before and stay."),
        }.Select(end => new TestCaseData(end.Simulated, end.IsClean, end.Told).SetArgDisplayNames(end.Name));

    [TestCaseSource(nameof(Ends))]
    public void An_end_that_is_not_clean_says_why(SimulationResult simulated, bool isClean, string told)
    {
        Assert.That(simulated.IsClean, Is.EqualTo(isClean));
        Assert.That(Printed(simulated), Has.Some.EqualTo(told));
    }

    static CycleFigures Cycle(string name)
    {
        var cycle = new CycleFigures(name) { Elapsed = TimeSpan.FromSeconds(12345.6) };
        foreach (var count in (Count[])[Count.UsersMatched, Count.MembersAdded, Count.Requests])
            cycle.Add(count, 12345);
        return cycle;
    }

    static SimulationResult Of(CycleFigures[] cycles) =>
        new(
            "http://localhost",
            "abcd",
            Dialect.Default,
            default,
            default,
            cycles,
            [],
            [],
            [],
            [],
            default,
            new(4, 1, 9, 7),
            new(3, 1),
            Kept: false,
            Interrupted: false
        );

    static string[] Printed(SimulationResult simulated, string? file = null, int width = 200)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new()
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(text),
            }
        );
        console.Profile.Width = width;
        SimulationReport.Write(simulated, file, console);
        return [.. text.ToString().Split('\n').Select(line => line.TrimEnd())];
    }
}
