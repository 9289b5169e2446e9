using ScimCompliance.Checks;
using ScimCompliance.Verify;

namespace ScimCompliance.Reports;

/// <summary>One thing to change, with every check that fails for want of it: one mistake of a server shows in many checks.</summary>
/// <param name="Severity">Of the weightiest of them.</param>
sealed record Advice(string Change, Severity Severity, IReadOnlyList<CheckResult> Failed)
{
    /// <summary>The weightiest first, then what mends most; flows after single rules.</summary>
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
