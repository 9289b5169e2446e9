using System.Text.Json.Serialization;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Connections;

/// <summary>A connection as the admin sees it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Key">The last part of the Tenant URL.</param>
/// <param name="Name">What people call it.</param>
/// <param name="OrganizationId">The organization it belongs to.</param>
/// <param name="Provider">The identity provider.</param>
/// <param name="State">pending, active, paused, disabled or disconnected.</param>
/// <param name="StateReason">What the admin said when the state was changed.</param>
/// <param name="StateChangedAt">When the state was last changed.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider.</param>
/// <param name="EntraTenantId">The Entra tenant that pushes.</param>
/// <param name="EntraAppObjectId">The enterprise application in Entra.</param>
/// <param name="AllowedAddresses">CIDR blocks from which SCIM is accepted; empty: from anywhere.</param>
/// <param name="Settings">How the connection behaves where identity providers differ.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Counts">How many users and groups it has; absent in lists.</param>
sealed record ConnectionResponse(
    Guid Id,
    string Key,
    string Name,
    Guid OrganizationId,
    string Provider,
    string State,
    string? StateReason,
    DateTime? StateChangedAt,
    string TenantUrl,
    Guid? EntraTenantId,
    Guid? EntraAppObjectId,
    IReadOnlyList<string> AllowedAddresses,
    ConnectionSettings Settings,
    DateTime CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ResourceCounts? Counts = null
)
{
    /// <summary>With the number of users and groups, which costs a query: only for a response with a single connection.</summary>
    public static async Task<ConnectionResponse> WithCountsAsync(Connection row, PublicUrl url, ScimDbContext db, CancellationToken ct) =>
        Of(row, url) with
        {
            Counts = await ResourceCounts.ReadAsync(db, row.Id, ct),
        };

    public static ConnectionResponse Of(Connection row, PublicUrl url) =>
        new(
            row.Id,
            row.Key,
            row.Name,
            row.OrganizationId,
            row.Provider,
            row.State,
            row.StateReason,
            row.StateChangedAt?.UtcDateTime,
            url.Of(row.Key),
            row.EntraTenantId,
            row.EntraAppObjectId,
            row.AllowedAddresses,
            row.Settings,
            row.CreatedAt.UtcDateTime
        );
}
