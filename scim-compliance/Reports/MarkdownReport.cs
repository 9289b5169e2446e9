using System.Globalization;
using ScimCompliance.Checks;
using ScimCompliance.Verify;

namespace ScimCompliance.Reports;

/// <summary>A summary and what to change, for a pull request or an issue.</summary>
static class MarkdownReport
{
    public static string Write(VerificationResult verified) =>
        $"""
            # SCIM compliance of {verified.Url}

            {Verdict(verified)}

            | | passed | failed | could not be tried | not applicable |
            |---|--:|--:|--:|--:|
            {Lines(Enum.GetValues<Severity>(), severity => Row(severity, verified))}
            {Left(verified)}{Section("What to change", Advice.Of(verified), Change)}
            {Section(
                "Could not be tried",
                [.. verified.Results.Where(result => result.Outcome is Outcome.Blocked)],
                result => $"- `{result.Check.Id}`: {Escape(result.Reason)}"
            )}
            """.TrimEnd()
        + "\n";

    static string Verdict(VerificationResult verified)
    {
        var verdict =
            verified.Interrupted ? "Interrupted before the end."
            : verified.AllMustsHold ? "Every must holds."
            : "Some musts do not hold.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict} Profile {verified.Profiles.ToString().ToLowerInvariant()}, {verified.Results.Count} checks in "
                + $"{verified.Elapsed.TotalSeconds:0.0} s, {verified.Started:yyyy-MM-dd HH:mm 'UTC'}."
        );
    }

    static string Row(Severity severity, VerificationResult verified)
    {
        var counts = ((Outcome[])[Outcome.Passed, Outcome.Failed, Outcome.Blocked, Outcome.NotApplicable]).Select(outcome =>
            verified.Count(severity, outcome)
        );
        return $"| {severity.ToString().ToLowerInvariant()} | {string.Join(" | ", counts)} |";
    }

    static string Change(Advice advice) =>
        $"""
            ### {Escape(advice.Change)}

            {Escape(advice.Failed[0].Check.Why)}

            {Lines(advice.Failed, Failure)}

            """;

    static string Failure(CheckResult result) =>
        $"""
            - **{Escape(result.Check.Title)}** (`{result.Check.Id}`, {result.Check.Severity.ToString().ToLowerInvariant()}, {Escape(
                result.Check.Rule
            )})
              - expected: {Escape(result.Expected)}
              - came: {Escape(result.Came)}
            """;

    static string Left(VerificationResult verified) =>
        verified.Left is [] ? "" : $"\n## Left on the server\n\n{Lines(verified.Left, left => $"- {Escape(left)}")}\n";

    static string Section<T>(string title, IReadOnlyList<T> results, Func<T, string> write) =>
        results is [] ? "" : $"\n## {title}\n\n{Lines(results, write)}\n";

    static string Lines<T>(IEnumerable<T> items, Func<T, string> write) => string.Join('\n', items.Select(write));

    /// <summary>Escapes text from a server, which must not be read as Markdown or HTML.</summary>
    public static string Escape(string? text) =>
        string.Concat(
            (text ?? "").Select(c =>
                c switch
                {
                    '\n' or '\r' => " ",
                    '|' or '<' or '*' or '`' or '[' or '_' => "\\" + c,
                    _ => c.ToString(),
                }
            )
        );
}
