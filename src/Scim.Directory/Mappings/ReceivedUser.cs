using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>A user as the identity provider pushed it.</summary>
/// <param name="IsDeleted">A tombstone: the identity provider deleted it.</param>
/// <param name="Document">As it is stored: without <c>id</c>, <c>meta</c> and <c>groups</c>.</param>
/// <param name="Groups">Ids of the groups that the user is a direct member of.</param>
public sealed record ReceivedUser(Guid ResourceId, bool IsDeleted, JsonObject Document, IReadOnlySet<Guid> Groups)
{
    /// <summary>A user of whom nothing is left but the id.</summary>
    public static ReceivedUser Erased(Guid id) => new(id, IsDeleted: true, [], new HashSet<Guid>());

    /// <summary>False for a user that may not use the app. A document without <c>active</c> is active.</summary>
    public bool IsActive =>
        !IsDeleted
        && !(
            Document[UserSchema.Active.Name] is JsonValue active
            && TypedValue.Read(active, AttributeKind.Boolean, true) is { } flag
            && !(bool)flag
        );

    internal IEnumerable<JsonNode> Values(ResourcePath path) =>
        path.Attribute == CommonAttributes.Id ? [ResourceId.ToString()] : path.Values(Document);
}

/// <summary>A group as the identity provider pushed it.</summary>
public sealed record ReceivedGroup(Guid Id, string Name, string? ExternalId);
