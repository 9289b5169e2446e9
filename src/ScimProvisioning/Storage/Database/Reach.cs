namespace ScimProvisioning.Storage.Database;

/// <summary>How far a session sees into the control plane. Without one it sees nothing: neither EF's filters nor row-level security let a row through.</summary>
sealed record Reach
{
    public static readonly Reach Nothing = new();

    /// <summary>All organizations.</summary>
    public static readonly Reach Everything = new() { IsEverything = true };

    public bool IsEverything { get; private init; }

    /// <summary>No row has the empty one; a <c>null</c> would find those that have none.</summary>
    public Guid OrganizationId { get; private init; }
    public Guid ConnectionId { get; private init; }

    /// <summary>An organization, and what belongs to it.</summary>
    public static Reach Organization(Guid id) => new() { OrganizationId = id };

    /// <summary>A single connection, and what belongs to it.</summary>
    public static Reach Connection(Guid id) => new() { ConnectionId = id };

    /// <summary>Tells the same to row-level security.</summary>
    // Literals, since SET takes no parameters.
    public string Confine() =>
        $"SET LOCAL app.organization_id = '{(IsEverything ? "*" : OrganizationId)}'; {TenantTransaction.Confine(ConnectionId)}";
}
