using System.Globalization;
using System.Text;
using ScimCompliance.Checks;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Reports;

/// <summary>One page that needs no other file and loads nothing from the network.</summary>
static class HtmlReport
{
    /// <summary>How many characters of a body are shown; a list can be long.</summary>
    const int LongestBody = 6000;

    public static string Write(VerificationResult verified) =>
        $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>SCIM compliance of {Encode(verified.Url)}</title>
            <style>{Resource("report.css")}</style>
            </head>
            <body>
            <header class="{(verified.AllMustsHold ? "good" : "bad")}">
            <p class="kicker">scim-compliance · profile {Lower(verified.Profiles)}</p>
            <h1>{Verdict(verified)}</h1>
            <p><code>{Encode(verified.Url)}</code></p>
            <p class="quiet">{verified.Started.ToString(
                "yyyy-MM-dd HH:mm 'UTC'",
                CultureInfo.InvariantCulture
            )} · {verified.Results.Count} checks in {verified.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s</p>
            </header>
            <main>
            {Summary(verified)}
            {Left(verified)}
            {Failures(verified)}
            <section>
            <h2>All checks</h2>
            <nav aria-label="Filter"><button data-show="all" aria-pressed="true">All</button>{Concat(
                Enum.GetValues<Outcome>(),
                outcome =>
                    $"""<button data-show="{Css(outcome)}" aria-pressed="false">{Name(outcome)} <b>{verified.Count(outcome)}</b></button>"""
            )}<input type="search" placeholder="Find a check" aria-label="Find a check"></nav>
            {Concat(verified.Results.GroupBy(result => result.Check.Family), Family)}
            </section>
            </main>
            <script>{Resource("report.js")}</script>
            </body>
            </html>

            """;

    static string Verdict(VerificationResult verified)
    {
        if (verified.Interrupted)
            return "Interrupted before the end";
        var musts = verified.Results.Where(result => result.Check.Severity is Severity.Must).ToLookup(result => result.Outcome);
        return (musts[Outcome.Failed].Count(), musts[Outcome.Blocked].Count()) switch
        {
            (0, 0) => "Every must holds",
            (0, var blocked) => $"{Musts(blocked)} could not be tried",
            (var failed, 0) => $"{Musts(failed)} {(failed is 1 ? "does" : "do")} not hold",
            var (failed, blocked) => $"{Musts(failed)} {(failed is 1 ? "does" : "do")} not hold, {blocked} could not be tried",
        };
    }

    static string Musts(int count) => count is 1 ? "1 must" : $"{count} musts";

    static string Summary(VerificationResult verified) =>
        $"""
            <table class="summary">
            <thead><tr><th></th>{Concat(Enum.GetValues<Outcome>(), outcome => $"<th>{Name(outcome)}</th>")}</tr></thead>
            <tbody>{Concat(Enum.GetValues<Severity>(), severity => SummaryRow(verified, severity))}</tbody>
            </table>
            """;

    static string SummaryRow(VerificationResult verified, Severity severity)
    {
        var counts = Concat(
            Enum.GetValues<Outcome>(),
            outcome =>
                verified.Count(severity, outcome) is var count and > 0
                    ? $"<td class=\"{Css(outcome)}\">{count}</td>"
                    : "<td class=\"none\">0</td>"
        );
        return $"<tr><th><span class=\"{Lower(severity)}\">{Lower(severity)}</span></th>{counts}</tr>";
    }

    static string Left(VerificationResult verified) =>
        verified.Left is []
            ? ""
            : $"""
                <section><h2>Left on the server</h2><p>These could not be deleted again; delete them by hand.</p><ul>{Concat(
                    verified.Left,
                    left => $"<li><code>{Encode(left)}</code></li>"
                )}</ul></section>
                """;

    static string Failures(VerificationResult verified) =>
        Advice.Of(verified) is var advice && advice is []
            ? ""
            : $"""
                <section>
                <h2>What to change</h2>
                <ol class="changes">{Concat(advice, Change)}</ol>
                </section>
                """;

    static string Change(Advice advice) =>
        $"""
            <li><span class="{Lower(advice.Severity)}">{Lower(advice.Severity)}</span> <b>{Encode(advice.Change)}</b>
            <p class="quiet">{Encode(advice.Failed[0].Check.Why)}</p>
            <ul>{Concat(advice.Failed, result => $"""<li><a href="#{result.Check.Id}">{Encode(result.Check.Title)}</a></li>""")}</ul></li>
            """;

    static string Family(IGrouping<string, CheckResult> family) =>
        $"""
            <h3>{family.Key} <small>{family.Count(result => result.Outcome is Outcome.Passed)} of {family.Count()} passed</small></h3>
            {Concat(family, Result)}
            """;

    static string Result(CheckResult result) =>
        $"""
            <details id="{result.Check.Id}" class="check {Css(result.Outcome)}">
            <summary><i title="{Name(result.Outcome)}"></i><span class="title">{Encode(
                result.Check.Title
            )}</span><code>{result.Check.Id}</code><span class="{Lower(result.Check.Severity)}">{Lower(
                result.Check.Severity
            )}</span></summary>
            <dl>
            <dt>Rule</dt><dd>{Encode(result.Check.Rule)}</dd>
            {(
                result.Outcome is Outcome.Failed
                    ? $"<dt>Expected</dt><dd>{Encode(result.Expected)}</dd><dt>Came</dt><dd>{Encode(result.Came)}</dd>"
                    : ""
            )}
            {(result.Reason is null ? "" : $"<dt>{Name(result.Outcome)}</dt><dd>{Encode(result.Reason)}</dd>")}
            <dt>Why it matters</dt><dd>{Encode(result.Check.Why)}</dd>
            <dt>What to change</dt><dd>{Encode(result.Check.Change)}</dd>
            </dl>
            {Concat(result.Exchanges, Exchange)}
            </details>
            """;

    static string Exchange(Exchange exchange) =>
        $"""
            <details class="exchange"><summary><b>{exchange.Method}</b> <code>{Encode(exchange.Url)}</code> <b>{(
                exchange.Status is 0 ? "no answer" : exchange.Status
            )}</b> <small>{exchange.Elapsed.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms</small></summary>
            <h4>Request</h4>
            <pre>{Headers(exchange.RequestHeaders)}{Body(exchange.RequestBody)}</pre>
            <h4>Answer</h4>
            <pre>{(exchange.Status is 0 ? Encode(exchange.Failure) : Headers(exchange.ResponseHeaders) + Body(exchange.ResponseBody))}</pre>
            </details>
            """;

    static string Headers(IEnumerable<KeyValuePair<string, string>> headers) =>
        Concat(headers, header => $"<span class=\"header\">{Encode(header.Key)}: {Encode(header.Value)}</span>\n");

    static string Body(string? body) =>
        string.IsNullOrEmpty(body)
            ? ""
            : "\n" + Encode(JsonPaths.Pretty(body) is var text && text.Length <= LongestBody ? text : text[..LongestBody] + "\n…");

    /// <summary>The outcome as words on the page.</summary>
    public static string Name(Outcome outcome) =>
        outcome switch
        {
            Outcome.Passed => "Passed",
            Outcome.Failed => "Failed",
            Outcome.Blocked => "Could not be tried",
            _ => "Not applicable",
        };

    static string Css(Outcome outcome) => Lower(outcome);

    static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    static string Encode(string? text) => WebUtility.HtmlEncode(text ?? "");

    static string Concat<T>(IEnumerable<T> items, Func<T, string> write) => string.Concat(items.Select(write));

    static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(stream, Encoding.UTF8).ReadToEnd();
    }
}
