namespace Scim;

/// <summary>The attributes that every resource has (RFC 7643 §3.1). They belong to no schema URI.</summary>
public static class CommonAttributes
{
    /// <summary>
    /// Longest text that is indexed, in UTF-16 code units. PostgreSQL's b-tree entries have at most 2,704 bytes, in which any text of this
    /// length fits.
    /// </summary>
    public const int IndexedLength = 512;

    public static readonly AttributeDefinition Schemas = new("schemas", AttributeType.Reference, "The schema URIs of the resource.")
    {
        MultiValued = true,
        Mutability = Mutability.ReadOnly,
        Returned = Returned.Always,
    };

    public static readonly AttributeDefinition Id = new("id", AttributeType.String, "Identifier assigned by this service.")
    {
        CaseExact = true,
        Mutability = Mutability.ReadOnly,
        Returned = Returned.Always,
        Uniqueness = Uniqueness.Global,
    };

    public static readonly AttributeDefinition ExternalId = new(
        "externalId",
        AttributeType.String,
        "Identifier assigned by the provisioning client."
    )
    {
        CaseExact = true,
        MaxLength = IndexedLength,
    };

    public static readonly AttributeDefinition Meta = new("meta", AttributeType.Complex, "Metadata kept by this service.")
    {
        Mutability = Mutability.ReadOnly,
        SubAttributes =
        [
            ReadOnly("resourceType", AttributeType.String, "Name of the resource type."),
            ReadOnly("created", AttributeType.DateTime, "When the resource was created."),
            ReadOnly("lastModified", AttributeType.DateTime, "When the resource was last changed."),
            ReadOnly("location", AttributeType.Reference, "URI of the resource."),
            ReadOnly("version", AttributeType.String, "Entity tag of the resource."),
        ],
    };

    public static readonly IReadOnlyList<AttributeDefinition> All = [Schemas, Id, ExternalId, Meta];

    static AttributeDefinition ReadOnly(string name, AttributeType type, string description) =>
        new(name, type, description) { CaseExact = true, Mutability = Mutability.ReadOnly };
}
