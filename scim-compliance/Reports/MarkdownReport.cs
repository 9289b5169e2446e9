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

            {(
                verified.Interrupted ? "Interrupted before the end."
                : verified.AllMustsHold ? "Every must holds."
                : "Some musts do not hold."
            )} Profile {verified.Profiles.ToString().ToLowerInvariant()}, {verified.Results.Count} checks in {verified.Elapsed.TotalSeconds.ToString(
                "0.0",
                CultureInfo.InvariantCulture
            )} s, {verified.Started.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}.

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

    static string Row(Severity severity, VerificationResult verified)
    {
        int Count(Outcome outcome) => verified.Count(severity, outcome);
        return $"| {severity.ToString().ToLowerInvariant()} | {Count(Outcome.Passed)} | {Count(Outcome.Failed)} | {Count(Outcome.Blocked)} | {Count(Outcome.NotApplicable)} |";
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

    /// <summary>Text from a server, which must not become a table, a heading or markup.</summary>
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
