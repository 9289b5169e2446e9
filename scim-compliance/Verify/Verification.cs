using ScimCompliance.Checks;
using ScimCompliance.Http;

namespace ScimCompliance.Verify;

/// <summary>The tool cannot do its work: exit code 2. The message says what to do.</summary>
sealed class CannotRun(string message) : Exception(message);

/// <summary>The result of a run of checks.</summary>
/// <param name="Left">Resources that could not be deleted.</param>
/// <param name="Kept">With <c>--keep</c>: the beginning of the names of all resources that were kept; null otherwise.</param>
/// <param name="Created">How many resources the run has created, whether they were deleted again or not.</param>
/// <param name="Interrupted">The run ended before all chosen checks were done.</param>
sealed record VerificationResult(
    string Url,
    Profiles Profiles,
    DateTimeOffset Started,
    TimeSpan Elapsed,
    IReadOnlyList<CheckResult> Results,
    IReadOnlyList<string> Left,
    bool Interrupted,
    string? Kept = null,
    int Created = 0
)
{
    public bool AllMustsHold => AllHold(Severity.Must);

    /// <summary>Whether all checks of this severity, and of more serious ones, hold.</summary>
    public bool AllHold(Severity severity) =>
        !Interrupted && Results.Where(result => result.Check.Severity <= severity).All(result => result.Holds);

    public int Count(Outcome outcome) => Results.Count(result => result.Outcome == outcome);

    public int Count(Severity severity, Outcome outcome) =>
        Results.Count(result => result.Check.Severity == severity && result.Outcome == outcome);
}

/// <summary>Runs checks one after another against one server and deletes what they created.</summary>
sealed class Verification(Target target, TimeProvider clock, TimeSpan limit, bool keep)
{
    /// <param name="started">Called before each check, <paramref name="finished"/> after it.</param>
    /// <exception cref="CannotRun">It is no SCIM server, or it does not accept the token.</exception>
    public async Task<VerificationResult> RunAsync(
        IReadOnlyList<Check> checks,
        Profiles profiles,
        Action<Check> started,
        Action<CheckResult> finished,
        CancellationToken ct
    )
    {
        var (began, at) = (clock.GetUtcNow(), clock.GetTimestamp());
        target.Capabilities = await Connection.ConnectAsync(target.Client, ct);
        var results = new List<CheckResult>();
        try
        {
            foreach (var check in checks)
            {
                if (ct.IsCancellationRequested)
                    break;
                started(check);
                var result = await TryAsync(check, ct);
                if (result is null)
                    break;
                results.Add(result);
                finished(result);
                if (!keep)
                    await target.CleanUpAsync(again: false, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The clean-up below deletes what the interrupted check has created.
        }
        IReadOnlyList<string> left = keep ? [] : await target.CleanUpAsync(again: true, CancellationToken.None);
        return new(
            target.Client.BaseUrl,
            profiles,
            began,
            clock.GetElapsedTime(at),
            results,
            left,
            results.Count < checks.Count,
            keep ? target.Mark : null,
            target.Created
        );
    }

    /// <summary>Null when interrupted.</summary>
    async Task<CheckResult?> TryAsync(Check check, CancellationToken ct)
    {
        if (target.Capabilities.Missing(check) is { } reason)
            return new(check, Outcome.NotApplicable, [], TimeSpan.Zero, Reason: reason);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(limit);
        var run = new CheckRun(target, clock, time.Token);
        var at = clock.GetTimestamp();
        CheckResult Result(Outcome outcome, string? expected = null, string? came = null, string? why = null) =>
            new(check, outcome, run.Sent(), clock.GetElapsedTime(at), expected, came, why);
        try
        {
            await check.Steps(run);
            return Result(Outcome.Passed);
        }
        catch (CheckFailed broken)
        {
            return Result(Outcome.Failed, broken.Expected, broken.Came);
        }
        catch (Blocked blocked)
        {
            return Result(Outcome.Blocked, why: blocked.Message);
        }
        catch (NotOffered missing)
        {
            return Result(Outcome.NotApplicable, why: missing.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return Result(Outcome.Failed, $"the check is done within {limit.TotalSeconds:0} s", "it was not");
        }
        // A server can answer anything: an answer that the check cannot read is a failure.
        catch (Exception unread)
            when (unread
                    is System.Text.Json.JsonException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
                        or KeyNotFoundException
                        or NullReferenceException
            )
        {
            return Result(Outcome.Failed, "an answer of the form that SCIM defines", $"one that could not be read ({unread.Message})");
        }
    }
}
