namespace ScimCompliance.Tests.BrokenServer;

/// <summary>
/// What a defect changes within the server, where neither the request nor the answer could be rewritten to the same effect.
/// </summary>
sealed record Behaviour
{
    public bool UniqueUserNames { get; init; } = true;

    public bool UniqueGroupNames { get; init; } = true;

    /// <summary>Names are compared whatever their letter case.</summary>
    public bool NamesFold { get; init; } = true;

    public bool VersionsMove { get; init; } = true;

    public bool TimesMove { get; init; } = true;

    /// <summary>A write that changes nothing makes a new version, too.</summary>
    public bool IdleWritesCount { get; init; }

    /// <summary>If-Match and If-None-Match are obeyed.</summary>
    public bool Conditions { get; init; } = true;

    /// <summary>A deleted user stays a member of his groups.</summary>
    public bool MembersOutliveUsers { get; init; }

    /// <summary>Values without the attribute that is sorted by come first.</summary>
    public bool UnassignedSortsFirst { get; init; }

    /// <summary>Who has no token is let in.</summary>
    public bool IsOpen { get; init; }

    /// <summary>A bulk request goes on however many errors there are.</summary>
    public bool BulkGoesOn { get; init; }
}
