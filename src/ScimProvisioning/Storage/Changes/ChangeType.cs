using Scim;

namespace ScimProvisioning.Storage.Changes;

/// <summary>
/// What happened, as the change log names it. The list is closed: only this file makes one. The audit log names a change of a connection by
/// the same value. A new type is one line here; <c>docs/change-types.md</c> lists it too, which a test checks.
/// </summary>
sealed class ChangeType
{
    /// <summary>A resource type of this name, in any letter case, would have the same types of changes as connections have.</summary>
    public const string ReservedName = "Connection";

    static readonly List<ChangeType> Listed = [];

    public static readonly ChangeType ConnectionCreated = Connection("created", "The connection was created.");
    public static readonly ChangeType ConnectionUpdated = Connection("updated", "Its name, settings or another member changed.");
    public static readonly ChangeType ConnectionEnabled = Connection("enabled", "Its state is now `active`.");
    public static readonly ChangeType ConnectionPaused = Connection("paused", "Its state is now `paused`.");
    public static readonly ChangeType ConnectionResumed = Connection("resumed", "A pause ended: its state is what it was before.");
    public static readonly ChangeType ConnectionDisabled = Connection("disabled", "Its state is now `disabled`.");
    public static readonly ChangeType ConnectionDisconnected = Connection("disconnected", "All its credentials were revoked.");
    public static readonly ChangeType ConnectionReconnected = Connection("reconnected", "Its state is `pending` again.");
    public static readonly ChangeType ConnectionDeleted = Connection("deleted", "The connection was deleted.");

    public static readonly ChangeType TokenCreated = Connection("token_created", "A token was created.");
    public static readonly ChangeType TokenRotated = Connection("token_rotated", "A token was replaced by a new one.");
    public static readonly ChangeType TokenRevoked = Connection("token_revoked", "A token was revoked.");
    public static readonly ChangeType TokenExpiring = Connection("token_expiring", "A token expires soon.");
    public static readonly ChangeType TokenExpired = Connection("token_expired", "A token has expired.");

    public static readonly ChangeType OAuthClientCreated = Connection("oauth_client_created", "An OAuth client was created.");
    public static readonly ChangeType OAuthClientRevoked = Connection("oauth_client_revoked", "An OAuth client was revoked.");
    public static readonly ChangeType OAuthSecretCreated = Connection("oauth_secret_created", "An OAuth client got another secret.");
    public static readonly ChangeType OAuthSecretRevoked = Connection("oauth_secret_revoked", "A secret of an OAuth client was revoked.");
    public static readonly ChangeType ClientSecretExpiring = Connection(
        "client_secret_expiring",
        "A secret of an OAuth client expires soon."
    );
    public static readonly ChangeType ClientSecretExpired = Connection("client_secret_expired", "A secret of an OAuth client has expired.");

    public static readonly ChangeType SchemaCreated = Connection("schema_created", "A schema was registered.");
    public static readonly ChangeType SchemaUpdated = Connection("schema_updated", "A registered schema was replaced.");
    public static readonly ChangeType SchemaDeleted = Connection("schema_deleted", "A registered schema was removed.");
    public static readonly ChangeType ResourceTypeCreated = Connection("resource_type_created", "A resource type was registered.");
    public static readonly ChangeType ResourceTypeUpdated = Connection("resource_type_updated", "A registered resource type was replaced.");
    public static readonly ChangeType ResourceTypeDeleted = Connection("resource_type_deleted", "A registered resource type was removed.");

    public static readonly ChangeType MappingUpdated = Connection("mapping_updated", "What its users are mapped to changed.");
    public static readonly ChangeType ScopeUpdated = Connection("scope_updated", "Whom of it the application sees changed.");
    public static readonly ChangeType RoleMappingsUpdated = Connection("role_mappings_updated", "Who of it has which role changed.");
    public static readonly ChangeType RulesUpdated = Connection("rules_updated", "The catalogue or the roles of the whole server changed.");

    public static readonly ChangeType GuardUpdated = Connection("guard_updated", "How many people may leave at once changed.");
    public static readonly ChangeType GuardApproved = Connection("guard_approved", "Those whom the guard held are let go.");

    readonly string _description;

    ChangeType(string name, string description) => (Name, _description) = (name, description);

    /// <summary>The types of changes of a connection and of what belongs to it, but for its resources.</summary>
    public static IReadOnlyList<ChangeType> OfConnections => Listed;

    /// <summary>As it is stored.</summary>
    public string Name { get; }

    /// <summary>The resource type, for changes of resources.</summary>
    string? ResourceTypeName { get; init; }

    /// <summary>One sentence for the documentation. It is put together when it is asked for, because every write makes a type.</summary>
    public string Description => ResourceTypeName is null ? _description : $"A resource of the type {ResourceTypeName} {_description}";

    /// <summary>The types of changes of a resource of that type.</summary>
    public static IReadOnlyList<ChangeType> OfResources(ResourceType type) => [Created(type), Updated(type), Deleted(type), Restored(type)];

    public static ChangeType Created(ResourceType type) => Resource(type, "created", "was created.");

    public static ChangeType Updated(ResourceType type) => Resource(type, "updated", "changed.");

    public static ChangeType Deleted(ResourceType type) => Resource(type, "deleted", "was deleted.");

    public static ChangeType Restored(ResourceType type) => Resource(type, "restored", "was brought back by an admin.");

    /// <summary>Whether a resource was deleted or brought back by the change of that name.</summary>
    public static bool IsDeletedOrRestored(string name) =>
        name.EndsWith(".deleted", StringComparison.Ordinal) || name.EndsWith(".restored", StringComparison.Ordinal);

    /// <summary>The same as <see cref="Deleted"/>, computed by the database for resources of any type.</summary>
    /// <param name="resourceType">The column that holds the name of the type.</param>
    public static string DeletedSql(string resourceType) => $"scim_fold({resourceType}) || '.deleted'";

    /// <inheritdoc/>
    public override string ToString() => Name;

    static ChangeType Connection(string what, string description)
    {
        var type = new ChangeType($"connection.{what}", description);
        Listed.Add(type);
        return type;
    }

    static ChangeType Resource(ResourceType type, string what, string description) =>
        new($"{CaseFolding.Fold(type.Name)}.{what}", description) { ResourceTypeName = type.Name };
}
