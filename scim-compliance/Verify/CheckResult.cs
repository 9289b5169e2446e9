using ScimCompliance.Checks;
using ScimCompliance.Http;

namespace ScimCompliance.Verify;

enum Outcome
{
    /// <summary>The server follows the rule.</summary>
    Passed,

    /// <summary>The server does not follow the rule.</summary>
    Failed,

    /// <summary>
    /// Could not be tried, because something that the check needs first does not work. Counts like a failure, since the result is unknown.
    /// </summary>
    Blocked,

    /// <summary>The server announces that it does not offer what is checked.</summary>
    NotApplicable,
}

/// <param name="Expected">What a failed check expected, as a phrase; <paramref name="Came"/>: what the server answered.</param>
/// <param name="Reason">Why the check was blocked or is not applicable.</param>
sealed record CheckResult(
    Check Check,
    Outcome Outcome,
    IReadOnlyList<Exchange> Exchanges,
    TimeSpan Elapsed,
    string? Expected = null,
    string? Came = null,
    string? Reason = null
)
{
    public bool Holds => Outcome is Outcome.Passed or Outcome.NotApplicable;
}
