using System.Buffers;
using System.Collections.Frozen;

namespace Scim;

/// <summary>A resource type: its endpoint, its schema and its extensions (RFC 7643 §6). Resource types differ by this data, not by code.</summary>
public sealed class ResourceType
{
    public static readonly ResourceType User = new(
        "User",
        "Users",
        "User Account",
        UserSchema.Schema,
        [EnterpriseUserSchema.Schema],
        [UserSchema.Password]
    );

    public static readonly ResourceType Group = new("Group", "Groups", "Group", GroupSchema.Schema);

    readonly FrozenDictionary<string, SchemaDefinition> _schemas;

    /// <param name="collection">The last segment of the endpoint, such as <c>Users</c>.</param>
    /// <param name="unadvertised">Attributes that are understood but not listed in <c>/Schemas</c>.</param>
    /// <param name="required">Those of the extensions that every resource must have.</param>
    public ResourceType(
        string name,
        string collection,
        string description,
        SchemaDefinition schema,
        IReadOnlyList<SchemaDefinition>? extensions = null,
        IReadOnlyList<AttributeDefinition>? unadvertised = null,
        IReadOnlyList<SchemaDefinition>? required = null
    )
    {
        (Name, Collection, Description, Schema) = (name, collection, description, schema);
        Extensions = extensions ?? [];
        Unadvertised = unadvertised ?? [];
        RequiredExtensions = required ?? [];
        _schemas = Extensions
            .Prepend(schema)
            .ToFrozenDictionary(s => SchemaDefinition.WithoutColons(s.Id), StringComparer.OrdinalIgnoreCase);
        var attributes = _schemas.Values.SelectMany(s => s.Attributes);
        IsReturnedWhole = attributes
            .Concat(attributes.SelectMany(a => a.SubAttributes))
            .All(a => a.Returned is Returned.Default or Returned.Always);
    }

    public string Name { get; }

    public string Collection { get; }

    public string Description { get; }

    public SchemaDefinition Schema { get; }

    public IReadOnlyList<SchemaDefinition> Extensions { get; }

    /// <summary>Those of the extensions that every resource must have (RFC 7643 §6).</summary>
    public IReadOnlyList<SchemaDefinition> RequiredExtensions { get; }

    /// <summary>True when a reply that asks for nothing particular carries the stored document as it is: nothing in it is returned never, or on request only.</summary>
    public bool IsReturnedWhole { get; }

    /// <summary>True for users, whatever extensions they have been given.</summary>
    public bool IsUser => Schema == UserSchema.Schema;

    /// <summary>True for groups, whatever extensions they have been given.</summary>
    public bool IsGroup => Schema == GroupSchema.Schema;

    IReadOnlyList<AttributeDefinition> Unadvertised { get; }

    /// <summary>The same type with other extensions.</summary>
    public ResourceType With(IReadOnlyList<SchemaDefinition> extensions, IReadOnlyList<SchemaDefinition> required) =>
        new(Name, Collection, Description, Schema, extensions, Unadvertised, required);

    /// <summary>The registered schema of that URI, in any letter case and also with a lost colon: Microsoft's tutorial prints <c>…enterprise:2.0User</c>.</summary>
    public SchemaDefinition? FindSchema(string uri) => _schemas.GetValueOrDefault(SchemaDefinition.WithoutColons(uri));

    /// <summary>True when that URI may name an extension that nobody registered. The IETF's own names are not up for grabs.</summary>
    static bool MayBeUnregisteredExtension(string uri) =>
        uri.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
        && uri.Length > 4
        && uri[^1] != ':'
        && !uri.AsSpan().ContainsAnyExcept(UriCharacters)
        && !uri.StartsWith("urn:ietf:params:scim:schemas:core:", StringComparison.OrdinalIgnoreCase)
        && !uri.StartsWith("urn:ietf:params:scim:api:", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when that URI may name an extension of this type that nobody registered. What lies below a registered URI is a misspelt attribute.</summary>
    public bool MayHaveExtension(string uri) =>
        MayBeUnregisteredExtension(uri) && !_schemas.Values.Any(e => uri.StartsWith(e.Id + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>An attribute by name alone: common and core attributes first, then those of the extensions (Entra sends <c>department</c> bare).</summary>
    public AttributePath? FindAttribute(string name)
    {
        if (FindCore(name) is { } attribute)
            return new(null, attribute, null);

        return Extensions
            .Select(e => e.Find(name) is { } found ? new AttributePath(e.Id, found, null) : null)
            .FirstOrDefault(path => path is not null);
    }

    /// <summary>A common attribute, or one of the core schema.</summary>
    internal AttributeDefinition? FindCore(string name) =>
        CommonAttributes.All.Concat(Unadvertised).FirstOrDefault(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? Schema.Find(name);

    public override string ToString() => Name;

    // RFC 8141, without the parentheses that a filter could not hold.
    static readonly SearchValues<char> UriCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/%+*,;=@!$&'"
    );
}
