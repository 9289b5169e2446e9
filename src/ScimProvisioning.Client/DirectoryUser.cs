using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ScimProvisioning.Client;

/// <summary>A person as the app sees him.</summary>
public sealed record DirectoryUser
{
    /// <summary>Value of <see cref="Status"/> of somebody who may use the app.</summary>
    public const string Active = "active";

    /// <summary>Value of <see cref="Status"/> of somebody who may not use the app now.</summary>
    public const string Inactive = "inactive";

    /// <summary>
    /// Value of <see cref="Status"/> of somebody whom the identity provider has deleted; he may come back with the same id.
    /// </summary>
    public const string Deleted = "deleted";

    /// <summary>The person's id. It stays the same when he is deleted and provisioned again.</summary>
    public Guid Id { get; init; }

    /// <summary>The connection that he comes from.</summary>
    public Guid ConnectionId { get; init; }

    /// <summary>The organization of that connection.</summary>
    public Guid OrganizationId { get; init; }

    /// <summary>The id of the SCIM resource; <c>null</c> for somebody who was imported and has not been provisioned yet.</summary>
    public Guid? ResourceId { get; init; }

    /// <summary>What the identity provider has sent as externalId.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Who he is, as the mapping of the connection reads it.</summary>
    public string? Uid { get; init; }

    /// <summary>The app's own id, which the app has set.</summary>
    public string? AppUserId { get; init; }

    /// <summary>One of <see cref="Active"/>, <see cref="Inactive"/> and <see cref="Deleted"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>
    /// Why he is not active: <c>identity_provider</c>, <c>out_of_scope</c>, <c>deleted_by_identity_provider</c> or
    /// <c>connection_deleted</c>.
    /// </summary>
    public string? StatusReason { get; init; }

    /// <summary>The name that he signs in with.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? UserName { get; init; }

    /// <summary>The address. It is no proof of who somebody is.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? Email { get; init; }

    /// <summary>The first name.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? FirstName { get; init; }

    /// <summary>The last name.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? LastName { get; init; }

    /// <summary>The name to show.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? DisplayName { get; init; }

    /// <summary>The title of his job.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? JobTitle { get; init; }

    /// <summary>The department.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? Department { get; init; }

    /// <summary>The employee number.</summary>
    [JsonConverter(typeof(AnyText))]
    public string? EmployeeNumber { get; init; }

    /// <summary>The <see cref="Id"/> of his manager.</summary>
    public Guid? ManagerId { get; init; }

    /// <summary>The other attributes of the catalogue that have a value, by name.</summary>
    public JsonObject Attributes { get; init; } = [];

    /// <summary>What the app keeps with the person. SCIM never touches it.</summary>
    public JsonObject LocalAttributes { get; init; } = [];

    /// <summary>The names of the attributes that the identity provider manages: a form disables their inputs.</summary>
    public IReadOnlyList<string> ManagedAttributes { get; init; } = [];

    /// <summary>The roles that the person has by his groups.</summary>
    public IReadOnlyList<DirectoryRole> Roles { get; init; } = [];

    /// <summary>Up to 50 of his groups; see <see cref="GroupsTruncated"/>.</summary>
    public IReadOnlyList<DirectoryGroupName> Groups { get; init; } = [];

    /// <summary>He has more groups than are shown.</summary>
    public bool GroupsTruncated { get; init; }

    /// <summary>Who has sent the person; <c>null</c> for somebody who was imported and has not been provisioned yet.</summary>
    public DirectorySource? Source { get; init; }

    /// <summary>Counts the person's changes: of two states, that with the higher version is the later one.</summary>
    public long Version { get; init; }

    /// <summary>When the app was told of him first.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When he changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether he may use the app.</summary>
    [JsonIgnore]
    public bool IsActive => Status == Active;
}

/// <summary>A role of a person.</summary>
/// <param name="Key">The key of the role in the app.</param>
/// <param name="Via">The ids of the groups that give it; empty: it does not come from a group.</param>
public sealed record DirectoryRole(string Key, IReadOnlyList<Guid> Via);

/// <summary>A group that a person is in.</summary>
/// <param name="Id">The group's id.</param>
/// <param name="Name">The group's name.</param>
public sealed record DirectoryGroupName(Guid Id, string Name);

/// <summary>Where a person comes from.</summary>
/// <param name="Provider">The kind of identity provider, such as <c>entra</c>.</param>
/// <param name="ConnectionId">The connection.</param>
/// <param name="IconUrl">Where the server shows a sign of the identity provider: a path of the server.</param>
public sealed record DirectorySource(string Provider, Guid ConnectionId, string? IconUrl);

/// <summary>An attribute is a text, unless the catalogue of the server says otherwise: then this is its JSON.</summary>
sealed class AnyText : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        using var other = JsonDocument.ParseValue(ref reader);
        return other.RootElement.GetRawText();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
