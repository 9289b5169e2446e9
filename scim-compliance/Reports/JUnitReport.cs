using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ScimCompliance.Checks;
using ScimCompliance.Verify;

namespace ScimCompliance.Reports;

/// <summary>
/// For the test view of a CI: a suite per family. As for the exit code, only a failed must counts as a failure; a failed should or advice
/// is shown as skipped, with its reason.
/// </summary>
static class JUnitReport
{
    public static string Write(VerificationResult verified)
    {
        var suites = verified.Results.GroupBy(result => result.Check.Family).Select(Suite);
        return new XElement(
            "testsuites",
            new XAttribute("name", "scim-compliance " + Readable(verified.Url)),
            new XAttribute("time", Seconds(verified.Elapsed)),
            suites,
            Run(verified)
        ).ToString();
    }

    /// <summary>An error of the run as a whole: it was interrupted, or resources could not be deleted.</summary>
    static XElement? Run(VerificationResult verified)
    {
        List<XElement> errors = [.. verified.Left.Select(left => Error("left on the server", left))];
        if (verified.Interrupted)
            errors.Add(Error("interrupted", "Not every check has run."));
        return errors is []
            ? null
            : new(
                "testsuite",
                new XAttribute("name", "run"),
                new XAttribute("tests", errors.Count),
                new XAttribute("failures", 0),
                new XAttribute("skipped", 0),
                new XAttribute("errors", errors.Count),
                errors
            );
    }

    static XElement Error(string name, string message) =>
        new(
            "testcase",
            new XAttribute("classname", "scim-compliance.run"),
            new XAttribute("name", name),
            new XElement("error", new XAttribute("message", Readable(message)))
        );

    static XElement Suite(IGrouping<string, CheckResult> family)
    {
        var cases = family.Select(Case).ToList();
        return new(
            "testsuite",
            new XAttribute("name", family.Key),
            new XAttribute("tests", cases.Count),
            new XAttribute("failures", cases.Count(one => one.Element("failure") is not null)),
            new XAttribute("skipped", cases.Count(one => one.Element("skipped") is not null)),
            new XAttribute("errors", 0),
            new XAttribute("time", Seconds(family.Aggregate(TimeSpan.Zero, (sum, result) => sum + result.Elapsed))),
            cases
        );
    }

    static XElement Case(CheckResult result)
    {
        var test = new XElement(
            "testcase",
            new XAttribute("classname", "scim-compliance." + result.Check.Family),
            new XAttribute("name", $"{result.Check.Id}: {result.Check.Title}"),
            new XAttribute("time", Seconds(result.Elapsed))
        );
        if (result.Outcome is Outcome.Passed)
            return test;
        var message = result.Reason ?? $"Expected: {result.Expected}. Came: {result.Came}.";
        var element = result is { Holds: false, Check.Severity: Severity.Must }
            ? new XElement(
                "failure",
                new XAttribute("type", "must"),
                new XAttribute("message", Readable(message)),
                Readable(Details(result))
            )
            : new XElement("skipped", new XAttribute("message", Readable(result.Holds ? message : $"{result.Check.Severity}: {message}")));
        test.Add(element);
        return test;
    }

    static string Details(CheckResult result) =>
        $"""
            Rule: {result.Check.Rule}
            Why it matters: {result.Check.Why}
            What to change: {result.Check.Change}
            {string.Join(
                '\n',
                result.Exchanges.Select(exchange =>
                    $"{exchange.Method} {exchange.Url} -> "
                        + $"{(exchange.Status is 0 ? exchange.Failure : exchange.Status)}\n{exchange.RequestBody}\n{exchange.ResponseBody}"
                )
            )}
            """;

    // XML does not allow most control characters, and a server may answer with any.
    static string Readable(string text) =>
        string.Concat(
            text.EnumerateRunes().Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune)
        );

    static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
