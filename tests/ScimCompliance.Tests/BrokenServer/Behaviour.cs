namespace ScimCompliance.Tests.BrokenServer;

/// <summary>Behaviour of the server that a defect changes when rewriting requests or answers would not have the same effect.</summary>
sealed record Behaviour
{
    public bool UniqueUserNames { get; init; } = true;

    public bool UniqueGroupNames { get; init; } = true;

    /// <summary>Names are compared without regard to letter case.</summary>
    public bool NamesIgnoreCase { get; init; } = true;

    public bool VersionsChange { get; init; } = true;

    public bool TimesChange { get; init; } = true;

    /// <summary>A write that changes nothing counts as a change.</summary>
    public bool EmptyWritesCount { get; init; }

    /// <summary>If-Match and If-None-Match are obeyed.</summary>
    public bool ObeysConditions { get; init; } = true;

    /// <summary>A deleted user stays a member of its groups.</summary>
    public bool DeletedUsersStayMembers { get; init; }

    /// <summary>Resources without the attribute come first in a sorted list.</summary>
    public bool UnassignedSortsFirst { get; init; }

    /// <summary>Requests without a token are accepted.</summary>
    public bool IsOpen { get; init; }

    /// <summary>A bulk request goes on after failOnErrors errors.</summary>
    public bool BulkIgnoresErrorLimit { get; init; }
}
