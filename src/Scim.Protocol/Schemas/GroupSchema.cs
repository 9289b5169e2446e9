using static Scim.AttributeType;

namespace Scim;

/// <summary>
/// The Group schema (RFC 7643 §4.2, §8.7.1) as data. <c>displayName</c> is required and unique, because Entra matches groups by it.
/// </summary>
public static class GroupSchema
{
    public const string Id = "urn:ietf:params:scim:schemas:core:2.0:Group";

    public static readonly AttributeDefinition DisplayName = new(
        "displayName",
        AttributeType.String,
        "Unique name of the group, compared without regard to case."
    )
    {
        Required = true,
        Uniqueness = Uniqueness.Server,
        MaxLength = CommonAttributes.IndexedLength,
    };

    public static readonly AttributeDefinition Members = new("members", Complex, "The direct members of the group: users or groups.")
    {
        MultiValued = true,
        MaxElements = int.MaxValue, // only the size of the request limits it: a server stores each member by itself
        SubAttributes =
        [
            new("value", AttributeType.String, "Identifier of the member.") { CaseExact = true, Mutability = Mutability.Immutable },
            new("$ref", Reference, "URI of the member.") { Mutability = Mutability.Immutable, ReferenceTypes = ["User", "Group"] },
            new("type", AttributeType.String, "Resource type of the member.")
            {
                Mutability = Mutability.Immutable,
                CanonicalValues = ["User", "Group"],
            },
            new("display", AttributeType.String, "Name of the member.") { Mutability = Mutability.ReadOnly },
        ],
    };

    public static readonly SchemaDefinition Schema = new(Id, "Group", "Group", [CommonAttributes.ExternalId, DisplayName, Members]);
}
