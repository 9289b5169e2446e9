namespace Scim;

/// <summary>
/// Bounds what one request may make the processor do: a PATCH of 4 MB can ask for billions of comparisons. Each comparison is a step, and
/// other work is as many steps as would take as long.
/// </summary>
/// <remarks>
/// A tenth of a second holds about half a million steps, and half of that just after the start, before .NET has optimised the code.
/// </remarks>
/// <param name="ct">Stops the work when the client has gone.</param>
public sealed class WorkLimit(CancellationToken ct = default)
{
    /// <summary>Most steps of one request. 1,000 operations on a list of 1,000 elements need two thirds.</summary>
    public const long Most = 2_000_000;

    /// <summary>Steps that it takes to read an operation of a PATCH.</summary>
    internal const int ToReadOperation = 50;

    /// <summary>The same for each comparison in its path.</summary>
    internal const int ToReadComparison = 20;

    /// <summary>Elements of a list that an operation passes over in one step.</summary>
    internal const int ElementsInStep = 4;

    const int StepsBetweenChecks = 10_000;
    const int CharactersInStep = 64;

    long _nextCheck;

    /// <summary>The steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Takes steps into account before they are done.</summary>
    /// <exception cref="ScimException">400 <c>tooMany</c>.</exception>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public void Spend(long steps)
    {
        Steps += steps;
        if (Steps > Most)
            throw ScimException.TooMany(
                $"The request needs more than {Most} steps: its operations times the values that each of them looks at. "
                    + "Send fewer operations in one request, or name what to change by one value path instead of many."
            );
        if (Steps < _nextCheck)
            return;
        ct.ThrowIfCancellationRequested();
        _nextCheck = Steps + StepsBetweenChecks;
    }

    /// <summary>
    /// Goes back to an earlier count, before work that is done anew: a transaction that is tried again costs its steps once.
    /// </summary>
    public void ReturnTo(long steps) => (Steps, _nextCheck) = (steps, steps);

    /// <summary>The same for text that is read to its end.</summary>
    internal void SpendOnText(long characters) => Spend(characters / CharactersInStep);
}
