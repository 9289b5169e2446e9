using ScimCompliance.Checks;
using ScimCompliance.Http;

namespace ScimCompliance.Verify;

enum Outcome
{
    /// <summary>Holds.</summary>
    Passed,

    /// <summary>Does not hold.</summary>
    Failed,

    /// <summary>Could not be tried, because something it needs first does not work. Counts against the server, since nobody knows.</summary>
    Blocked,

    /// <summary>The server does not offer it, and says so.</summary>
    NotApplicable,
}

/// <param name="Expected">Of a failure, as a phrase; so <paramref name="Came"/>.</param>
/// <param name="Reason">Why it was blocked or is not applicable.</param>
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
