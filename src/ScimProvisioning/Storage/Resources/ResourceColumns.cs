using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>What a document becomes in its row of <c>resources</c>.</summary>
/// <param name="Attributes">The document, as JSON.</param>
/// <param name="Terms">See <see cref="SearchTerms"/>.</param>
/// <param name="UserName">Folded <c>userName</c> of a User.</param>
/// <param name="DisplayName">Folded <c>displayName</c> of a User or Group.</param>
/// <param name="GroupName">The same of a Group, when no other may have it.</param>
/// <param name="Active">Of a User.</param>
sealed record ResourceColumns(
    byte[] Attributes,
    long[] Terms,
    string? UserName,
    string? DisplayName,
    string? GroupName,
    string? ExternalId,
    bool? Active
)
{
    /// <summary>The columns, in the order of <see cref="Values"/>.</summary>
    public const string Names = "attributes, terms, user_name, display_name, group_name, external_id, active";

    public static ResourceColumns Of(Guid connection, ConnectionSettings settings, ResourceType type, JsonObject document)
    {
        var displayName = type.IsUser || type.IsGroup ? Folded(document, UserSchema.DisplayName) : null;
        return new(
            ScimJson.Utf8(document),
            SearchTerms.Of(connection, type, document),
            type.IsUser ? Folded(document, UserSchema.UserName) : null,
            displayName,
            type.IsGroup && settings.UniqueGroupNames ? displayName : null,
            document[CommonAttributes.ExternalId.Name]?.GetValue<string>(),
            type.IsUser ? document[UserSchema.Active.Name]?.GetValue<bool>() : null
        );
    }

    public string Values(Sql sql) =>
        string.Join(
            ", ",
            sql.AddJson(Attributes),
            sql.Add(Terms),
            sql.Add(UserName),
            sql.Add(DisplayName),
            sql.Add(GroupName),
            sql.Add(ExternalId),
            sql.Add(Active)
        );

    static string? Folded(JsonObject document, AttributeDefinition attribute) =>
        document[attribute.Name]?.GetValue<string>() is { } text ? CaseFolding.Fold(text) : null;
}
