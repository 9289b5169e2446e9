using System.Collections.Concurrent;

namespace ScimCompliance.Simulate;

/// <summary>The figures of a cycle.</summary>
enum Count
{
    UsersCreated,
    UsersMatched,
    UsersUpdated,
    UsersDisabled,
    UsersRestored,
    UsersDeleted,
    Managers,
    GroupsCreated,
    GroupsMatched,
    GroupsUpdated,
    GroupsDeleted,
    MembersAdded,
    MembersRemoved,

    /// <summary>Memberships of those who were deleted.</summary>
    MembersLost,
    Requests,
    Failures,
}

/// <summary>The counts of one cycle.</summary>
sealed class CycleFigures(string name)
{
    readonly int[] _counts = new int[Enum.GetValues<Count>().Length];
    readonly ConcurrentDictionary<(ResourceKind Kind, string ObjectId), Fate> _fates = [];
    readonly ConcurrentDictionary<(ResourceKind Kind, string ObjectId), bool> _failed = [];

    public string Name => name;

    public TimeSpan Elapsed { get; set; }

    /// <summary>Why the job went into quarantine in this cycle.</summary>
    public string? Quarantine { get; set; }

    public int this[Count count] => Volatile.Read(ref _counts[(int)count]);

    public double RequestsPerSecond => Elapsed > TimeSpan.Zero ? this[Count.Requests] / Elapsed.TotalSeconds : 0;

    public void Add(Count count, int number = 1) => Interlocked.Add(ref _counts[(int)count], number);

    /// <summary>Notes what became of an object.</summary>
    public void Became(ResourceKind kind, string objectId, Fate fate) =>
        _fates.AddOrUpdate((kind, objectId), fate, (_, before) => (Fate)Math.Max((int)before, (int)fate));

    /// <summary>Notes that the server refused or failed a request about an object.</summary>
    public void HasFailedAt(ResourceKind kind, string objectId) => _failed[(kind, objectId)] = true;

    public Fate? FateOf(ResourceKind kind, string objectId) => _fates.TryGetValue((kind, objectId), out var fate) ? fate : null;

    public bool HasFailed(ResourceKind kind, string objectId) => _failed.ContainsKey((kind, objectId));

    /// <summary>How many objects this became of. One that has failed too is not unchanged.</summary>
    public int CountOf(ResourceKind kind, Fate fate) =>
        _fates.Count(one => one.Key.Kind == kind && one.Value == fate && (fate is not Fate.Unchanged || !_failed.ContainsKey(one.Key)));

    /// <summary>How many objects have failed.</summary>
    public int Failed(ResourceKind kind) => _failed.Keys.Count(one => one.Kind == kind);
}
