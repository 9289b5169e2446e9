using System.Text.Json.Nodes;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>What a change of the connection itself, as the change log has it, means for what is released.</summary>
static class ConnectionChange
{
    static readonly string[] OfRules =
    [
        ChangeType.MappingUpdated.Name,
        ChangeType.ScopeUpdated.Name,
        ChangeType.RoleMappingsUpdated.Name,
        ChangeType.RulesUpdated.Name,
    ];

    public static bool IsOne(LoggedChange change) => change.ResourceType == nameof(Connection);

    /// <summary>After it, nothing is released any more.</summary>
    public static bool EndsReleases(LoggedChange change) =>
        Is(change, ChangeType.ConnectionDisconnected) || Is(change, ChangeType.ConnectionDeleted);

    /// <summary>The walk that it begins: a rebuild, since everybody may look different after it, or what becomes of the users.</summary>
    public static WalkStage? Begins(LoggedChange change) =>
        Is(change, ChangeType.ConnectionEnabled) || OfRules.Contains(change.Type) ? WalkStage.Groups
        : Is(change, ChangeType.ConnectionDeleted) ? Departure(change)
        : null;

    public static bool IsOfAdmin(LoggedChange change) => !ChangeAuthor.IsIdentityProvider(change.Actor);

    /// <summary>The row after it. A later walk replaces an earlier one.</summary>
    /// <param name="users">Received users, deleted ones too.</param>
    public static ProjectionRow Apply(ProjectionRow row, LoggedChange change, long users, DateTimeOffset now)
    {
        var releases = Is(change, ChangeType.ConnectionEnabled) || (row.Releases && !EndsReleases(change));
        var begun = Begins(change) is { } first
            ? new Walk(first, Guid.Empty, 0, users, now, change.RequestId, change.Actor, ExemptionOf(row, change))
            : row.Walk;
        return row with { Releases = releases, Walk = releases || begun is { IsDeparture: true } ? begun : null };
    }

    /// <summary>
    /// What an admin has asked for, the guard does not hold: of the rules, only the scope makes anybody leave. Enabling a connection that
    /// releases already asks for nothing. A walk that was replaced before its end was asked for, too.
    /// </summary>
    static Exemption ExemptionOf(ProjectionRow row, LoggedChange change)
    {
        var asked =
            Is(change, ChangeType.ScopeUpdated) ? Exemption.OutOfScope
            : Is(change, ChangeType.ConnectionEnabled) && !row.Releases ? Exemption.Everybody
            : Exemption.None;
        return row.Walk is { IsDeparture: false, Exempt: var before } && before > asked ? before : asked;
    }

    static WalkStage? Departure(LoggedChange change) =>
        (string?)JsonNode.Parse(change.Details!)!.AsArray().Single(detail => (string?)detail!["path"] == "users")!["new"] switch
        {
            UsersOfDeleted.Deactivate => WalkStage.DeactivateUsers,
            UsersOfDeleted.Remove => WalkStage.RemoveMembers,
            _ => null,
        };

    /// <summary>The <c>data</c> of the event.</summary>
    public static JsonObject Data(ProjectedConnection connection, LoggedChange change) =>
        new()
        {
            ["connection"] = Shown(connection),
            ["changes"] = change.Details is null ? new JsonArray() : JsonNode.Parse(change.Details),
        };

    /// <summary>The connection as events show it.</summary>
    public static JsonObject Shown(ProjectedConnection connection) =>
        new()
        {
            ["id"] = connection.Id,
            ["organizationId"] = connection.OrganizationId,
            ["name"] = connection.Name,
            ["provider"] = connection.Provider,
            ["state"] = connection.State,
        };

    static bool Is(LoggedChange change, ChangeType type) => change.Type == type.Name;
}
