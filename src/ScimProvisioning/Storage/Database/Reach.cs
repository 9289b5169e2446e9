namespace ScimProvisioning.Storage.Database;

/// <summary>
/// Which rows of the control plane a session sees. Without a reach it sees none: EF's query filters and row-level security both refuse
/// them.
/// </summary>
sealed record Reach
{
    public static readonly Reach Nothing = new();

    /// <summary>All organizations.</summary>
    public static readonly Reach Everything = new() { IsEverything = true };

    /// <summary>The statement that confines a session to <see cref="Everything"/>.</summary>
    public const string EverythingStatement = "SET LOCAL app.organization_id = '*'";

    /// <summary>The same for the organizations of this reach, with the connection left as it is.</summary>
    // Literals, since SET takes no parameters.
    public string OrganizationStatement => IsEverything ? EverythingStatement : $"SET LOCAL app.organization_id = '{OrganizationId}'";

    public bool IsEverything { get; private init; }

    /// <summary>Empty unless set: no row has the empty id, while <c>null</c> would match rows without an organization.</summary>
    public Guid OrganizationId { get; private init; }
    public Guid ConnectionId { get; private init; }

    /// <summary>An organization, and what belongs to it.</summary>
    public static Reach Organization(Guid id) => new() { OrganizationId = id };

    /// <summary>A single connection, and what belongs to it.</summary>
    public static Reach Connection(Guid id) => new() { ConnectionId = id };

    /// <summary>The statements that set the same reach for row-level security.</summary>
    public string Confine() => $"{OrganizationStatement}; {TenantSession.Confine(ConnectionId)}";
}
