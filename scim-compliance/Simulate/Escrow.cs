using System.Collections.Concurrent;

namespace ScimCompliance.Simulate;

/// <summary>Why an object is in escrow, and when it is sent again.</summary>
sealed record EscrowEntry(string Phase, string Name, string Reason, TimeSpan First, TimeSpan Next, int Failures);

/// <summary>
/// Objects that failed. They are sent again in the next cycle, then 6 hours after that failure, 12 and 24 hours after the first one, then
/// daily, and given up after 28 days (entra-docs, application-provisioning-quarantine-status.md). Times are those of the simulated clock.
/// </summary>
sealed class Escrow
{
    public static readonly TimeSpan Cycle = TimeSpan.FromMinutes(40);

    static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(28);

    readonly ConcurrentDictionary<(string ObjectId, string Phase), EscrowEntry> _entries = [];

    public TimeSpan Now { get; set; }

    public IEnumerable<EscrowEntry> Entries => _entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal);

    public bool IsEmpty => _entries.IsEmpty;

    /// <summary>The time at which all objects that are not given up are due.</summary>
    public TimeSpan? AllDue => _entries.Values.Where(entry => entry.Next < TimeSpan.MaxValue).Select(entry => (TimeSpan?)entry.Next).Max();

    public bool Holds(string objectId, string phase) => _entries.TryGetValue((objectId, phase), out var entry) && entry.Next > Now;

    public void Failed(string objectId, string phase, string name, string reason) =>
        _entries.AddOrUpdate(
            (objectId, phase),
            _ => new(phase, name, reason, Now, Now + Cycle, 1),
            (_, entry) => entry with { Reason = reason, Failures = entry.Failures + 1, Next = NextAfter(entry) }
        );

    /// <summary>Not tried again until the job is restarted.</summary>
    public void GiveUp(string objectId, string phase, string name, string reason) =>
        _entries[(objectId, phase)] = new(phase, name, reason, Now, TimeSpan.MaxValue, 1);

    public void Succeeded(string objectId, string phase) => _entries.TryRemove((objectId, phase), out _);

    TimeSpan NextAfter(EscrowEntry entry) =>
        Now - entry.First >= GivenUpAfter ? TimeSpan.MaxValue
        : entry.Failures is 1 ? Now + TimeSpan.FromHours(6)
        : ((TimeSpan[])[entry.First + TimeSpan.FromHours(12), entry.First + TimeSpan.FromHours(24)]).FirstOrDefault(
            next => next > Now,
            Now + TimeSpan.FromDays(1)
        );
}
