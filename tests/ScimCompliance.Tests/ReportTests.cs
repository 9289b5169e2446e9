using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ScimCompliance.Checks;
using ScimCompliance.Http;
using ScimCompliance.Reports;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>Report files are complete, and harmless whatever a server answers.</summary>
[Parallelizable(ParallelScope.All)]
sealed partial class ReportTests
{
    const string Hostile = "<script>alert(1)</script> & | `x` \u0001";

    static readonly Exchange Asked = new(
        "GET",
        "http://host/scim/Users?filter=userName+eq+%22a%22",
        [new("Authorization", "Bearer …")],
        null,
        500,
        [new("Content-Type", "text/html")],
        Hostile,
        TimeSpan.FromMilliseconds(12)
    );

    static readonly VerificationResult Found = new(
        "http://host/scim",
        Profiles.All,
        DateTimeOffset.UnixEpoch,
        TimeSpan.FromSeconds(3),
        [
            new(A("users.one", Severity.Must), Outcome.Passed, [Asked], TimeSpan.Zero),
            new(A("users.two", Severity.Must), Outcome.Failed, [Asked], TimeSpan.Zero, "a 200", Hostile),
            new(A("groups.one", Severity.Should), Outcome.Failed, [Asked], TimeSpan.Zero, "a 200", "nothing"),
            new(A("groups.two", Severity.Must), Outcome.Blocked, [], TimeSpan.Zero, Reason: "no group"),
            new(A("bulk.one", Severity.Advice), Outcome.NotApplicable, [], TimeSpan.Zero, Reason: "Bulk not offered"),
        ],
        ["/Users/7 (somebody)"],
        Interrupted: false
    );

    [Test]
    public void No_report_is_larger_than_a_megabyte([Values] ReportFormat format)
    {
        var large = Asked with { RequestBody = new string('x', 50_000), ResponseBody = new string('y', 50_000) };
        var all = Found with
        {
            Results =
            [
                .. Found.Results.Concat(
                    Enumerable
                        .Range(0, 800)
                        .Select(i => new CheckResult(
                            A($"many.{i}", Severity.Must),
                            i % 2 == 0 ? Outcome.Passed : Outcome.Failed,
                            [large, large],
                            TimeSpan.Zero,
                            "a",
                            "b"
                        ))
                ),
            ],
        };

        var report = Report.Write(format, all);

        Assert.That(System.Text.Encoding.UTF8.GetByteCount(report), Is.LessThanOrEqualTo(Report.LargestReport));
        if (format is ReportFormat.Html or ReportFormat.Json)
            Assert.That(report, Does.Contain("many.799"));
    }

    [Test]
    public void Long_words_of_a_server_and_much_that_is_left_on_it_make_no_larger_report([Values] ReportFormat format)
    {
        var words = string.Concat(Enumerable.Repeat("<😀\u0001", 1_000));
        var all = Found with
        {
            Results = [.. Catalogue.All.Select(check => new CheckResult(check, Outcome.Failed, [], TimeSpan.Zero, words, words, words))],
            Left = [.. Enumerable.Range(0, 5_000).Select(i => $"/Users/{i} {words[..300]}")],
        };

        var report = Report.Write(format, all);

        Assert.That(System.Text.Encoding.UTF8.GetByteCount(report), Is.LessThanOrEqualTo(Report.LargestReport));
        Assert.That(report, Does.Contain(Catalogue.All[^1].Id));
        if (format is not ReportFormat.JUnit)
            Assert.That(report, Does.Contain("and 4900 more"));
    }

    [Test]
    public void No_character_is_cut_in_two([Values] ReportFormat format, [Values(0, 1)] int before)
    {
        var body = new string('x', before) + string.Concat(Enumerable.Repeat("😀", 5_000));
        var large = Asked with { ResponseBody = body };
        var all = Found with
        {
            Results =
            [
                .. Enumerable
                    .Range(0, 200)
                    .Select(i => new CheckResult(A($"many.{i}", Severity.Must), Outcome.Failed, [large], TimeSpan.Zero, "a", "b")),
            ],
        };

        var report = Report.Write(format, all);

        var strict = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
        Assert.That(() => strict.GetByteCount(report), Throws.Nothing);
        Assert.That(report, Does.Not.Contain("\uFFFD").And.Not.Contain("\\uFFFD"));
    }

    [Test]
    public void The_page_shows_every_check_and_runs_nothing_that_a_server_sent()
    {
        var page = Report.Write(ReportFormat.Html, Found);

        Assert.That(
            Found.Results.Select(result => result.Check.Id),
            Has.All.Matches<string>(id => page.Contains($"id=\"{id}\"", StringComparison.Ordinal))
        );
        Assert.That(
            page,
            Does.Contain("1 must does not hold, 1 could not be tried")
                .And.Contain("&lt;script&gt;alert(1)")
                .And.Not.Contain("<script>alert(1)")
                .And.Contain("/Users/7 (somebody)")
        );
    }

    [Test]
    public void The_page_loads_nothing_from_anywhere() => Assert.That(Loaded().Matches(Report.Write(ReportFormat.Html, Found)), Is.Empty);

    [Test]
    public void JUnit_counts_only_musts_as_failures()
    {
        var suites = XElement.Parse(Report.Write(ReportFormat.JUnit, Found));

        Assert.That(
            suites
                .Elements()
                .Select(suite =>
                    (
                        (string)suite.Attribute("name")!,
                        (int)suite.Attribute("tests")!,
                        (int)suite.Attribute("failures")!,
                        (int)suite.Attribute("skipped")!
                    )
                ),
            Is.EqualTo(new[] { ("users", 2, 1, 0), ("groups", 2, 1, 1), ("bulk", 1, 0, 1), ("run", 1, 0, 0) })
        );
        Assert.That(suites.Descendants("failure").First().Value, Does.Contain("What to change: Mend it."));
    }

    [Test]
    public void Json_holds_outcomes_and_exchanges()
    {
        var report = JsonNode.Parse(Report.Write(ReportFormat.Json, Found))!;

        Assert.That(
            report["checks"]!.AsArray().Select(check => ((string?)check!["id"], (string?)check["outcome"])),
            Is.EqualTo(
                new[]
                {
                    ("users.one", "passed"),
                    ("users.two", "failed"),
                    ("groups.one", "failed"),
                    ("groups.two", "blocked"),
                    ("bulk.one", "notApplicable"),
                }
            )
        );
        Assert.That(
            ((bool)report["allMustsHold"]!, (string?)report["checks"]![1]!["exchanges"]![0]!["responseBody"]),
            Is.EqualTo((false, Hostile))
        );
    }

    [Test]
    public void Markdown_says_what_to_change_and_keeps_the_words_of_a_server_out_of_its_markup()
    {
        var report = Report.Write(ReportFormat.Md, Found);

        Assert.That(
            report,
            Does.Contain("| must | 1 | 1 | 1 | 0 |")
                .And.Contain("### Mend it.")
                .And.Contain("`groups.two`: no group")
                .And.Contain(@"\<script>alert(1)\</script> & \| \`x\`")
        );
    }

    [TestCase("html")]
    [TestCase("pdf", "a.pdf")]
    public void Another_format_or_a_format_without_a_file_cannot_run(params string[] arguments) =>
        Assert.That(() => Report.Parse(arguments), Throws.TypeOf<CannotRun>());

    [Test]
    public void The_page_of_the_catalogue_is_the_one_that_the_code_has()
    {
        var page = Path.Combine(TestContext.CurrentContext.TestDirectory, "compliance-catalogue.md");

        Assert.That(
            File.ReadAllText(page),
            Is.EqualTo(CatalogueReport.Write(Catalogue.All)),
            "dotnet run --project scim-compliance -- catalogue > docs/compliance-catalogue.md"
        );
    }

    static Check A(string id, Severity severity) =>
        new()
        {
            Id = id,
            Title = $"The title of {id}",
            Rule = "RFC 7644 §3",
            Severity = severity,
            Profiles = Profiles.All,
            Why = "It breaks.",
            Change = "Mend it.",
            Steps = _ => Task.CompletedTask,
        };

    [GeneratedRegex("""(src|href)\s*=\s*["']?(https?:)?//|@import|url\(""")]
    private static partial Regex Loaded();
}
