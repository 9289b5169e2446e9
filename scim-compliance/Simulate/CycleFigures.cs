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
    Requests,
    Failures,
}

/// <summary>The counts of one cycle.</summary>
sealed class CycleFigures(string name)
{
    readonly int[] _counts = new int[Enum.GetValues<Count>().Length];

    public string Name => name;

    public TimeSpan Elapsed { get; set; }

    /// <summary>Why the job went into quarantine in this cycle.</summary>
    public string? Quarantine { get; set; }

    public int this[Count count] => Volatile.Read(ref _counts[(int)count]);

    public double RequestsPerSecond => Elapsed > TimeSpan.Zero ? this[Count.Requests] / Elapsed.TotalSeconds : 0;

    public void Add(Count count, int number = 1) => Interlocked.Add(ref _counts[(int)count], number);
}
