using ScimCompliance.Checks;
using ScimCompliance.Verify;

namespace ScimCompliance.Reports;

/// <summary>One thing to change in the server, with all checks that fail because of it: one mistake often fails several checks.</summary>
/// <param name="Severity">The highest severity among the failed checks.</param>
sealed record Advice(string Change, Severity Severity, IReadOnlyList<CheckResult> Failed)
{
    /// <summary>The most serious first, then the advice that fixes most checks; flows after single rules.</summary>
    public static IReadOnlyList<Advice> Of(VerificationResult verified) =>
        [
            .. verified
                .Results.Where(result => result.Outcome is Outcome.Failed)
                .GroupBy(result => result.Check.Change)
                .Select(same => new Advice(
                    same.Key,
                    same.Min(result => result.Check.Severity),
                    [.. same.OrderBy(result => result.Check.Severity)]
                ))
                .OrderBy(advice => advice.Severity)
                .ThenBy(advice => advice.Failed[0].Check.IsFlow)
                .ThenByDescending(advice => advice.Failed.Count),
        ];
}
