using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>
/// A resource type: its endpoint, its schema and its extensions (RFC 7643 §6). Resource types differ only in this data, not in code.
/// </summary>
public sealed partial class ResourceType
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
    readonly FrozenDictionary<string, SchemaDefinition> _schemasById;

    /// <param name="collection">The last segment of the endpoint, such as <c>Users</c>.</param>
    /// <param name="unadvertised">Attributes that are accepted but not listed in <c>/Schemas</c>.</param>
    /// <param name="required">The extensions that every resource must have.</param>
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
        _schemasById = _schemas.Values.ToFrozenDictionary(s => s.Id, StringComparer.OrdinalIgnoreCase);
        var attributes = _schemas.Values.SelectMany(s => s.Attributes);
        IsReturnedWhole = attributes
            .Concat(attributes.SelectMany(a => a.SubAttributes))
            .All(a => a.Returned is Returned.Default or Returned.Always);
    }

    public string Name { get; }

    /// <summary>The last segment of the endpoint, such as <c>Users</c>.</summary>
    public string Collection { get; }

    public string Description { get; }

    /// <summary>The core schema.</summary>
    public SchemaDefinition Schema { get; }

    public IReadOnlyList<SchemaDefinition> Extensions { get; }

    /// <summary>The extensions that every resource must have (RFC 7643 §6); a part of <see cref="Extensions"/>.</summary>
    public IReadOnlyList<SchemaDefinition> RequiredExtensions { get; }

    /// <summary>
    /// True when no attribute is returned never, or on request only. Without <c>attributes</c> and <c>excludedAttributes</c>, a reply then
    /// is the stored document as it is.
    /// </summary>
    public bool IsReturnedWhole { get; }

    /// <summary>True for User, with any extensions.</summary>
    public bool IsUser => Schema == UserSchema.Schema;

    /// <summary>True for Group, with any extensions.</summary>
    public bool IsGroup => Schema == GroupSchema.Schema;

    IReadOnlyList<AttributeDefinition> Unadvertised { get; }

    /// <summary>The same type with other extensions.</summary>
    public ResourceType With(IReadOnlyList<SchemaDefinition> extensions, IReadOnlyList<SchemaDefinition> required) =>
        new(Name, Collection, Description, Schema, extensions, Unadvertised, required);

    /// <summary>
    /// The core schema or registered extension of that URI, or <c>null</c>. Letter case and colons do not count: Microsoft's tutorial
    /// prints <c>…enterprise:2.0User</c>. The enterprise extension has the names of SCIM 1.1 and of OneLogin too, such as
    /// <c>urn:scim:schemas:extension:enterprise:1.0</c>.
    /// </summary>
    public SchemaDefinition? FindSchema(string uri) =>
        _schemasById.GetValueOrDefault(uri)
        ?? _schemas.GetValueOrDefault(SchemaDefinition.WithoutColons(uri))
        ?? (
            uri.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
            && OtherEnterpriseUri().Match(uri) is { Success: true } other
            && !other.Groups["below"].Success
                ? Enterprise
                : null
        );

    /// <summary>
    /// True when a dot follows the URI of an extension, where a colon must stand before the attribute:
    /// <c>urn:…:enterprise:2.0:User.department</c>. An unregistered URI ends with its version and resource type, or goes on after them by
    /// one more word, as in <c>urn:okta:acme:1.0:user:custom</c>.
    /// </summary>
    public bool HasDotAfterUri(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
            return false;
        // The dot in question is among the first: "2.0User.department" has one before it. To try each dot of a long text would take its
        // length squared.
        var dot = colon;
        for (var dots = 0; dots < 3 && (dot = text.IndexOf('.', dot + 1)) >= 0; dots++)
            if (FindSchema(text[..dot]) is not null || MayHaveExtension(text[..dot]) && IsWholeUri(text[..dot]))
                return true;
        return false;
    }

    /// <summary>
    /// True for a URN that ends as that of an extension: with its version and the name of a resource type, in any letter case, or with one
    /// more word after them. With <see cref="Name"/> before that word, in the right letter case, the word is an attribute:
    /// <c>urn:…:CustomExtensionName:2.0:User:tag</c>.
    /// </summary>
    bool IsWholeUri(string uri)
    {
        if (EndOfUri().Match(uri) is not { Success: true } end)
            return false;
        return end.Groups["more"].Success
            ? !IsAttributeOfUnregistered(uri)
            : ((string[])["User", "Group", Name]).Contains(end.Groups["word"].Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>True for a URN with a word after its version and <see cref="Name"/>: an attribute of an unregistered extension.</summary>
    internal bool IsAttributeOfUnregistered(string urn) =>
        EndOfUri().Match(urn) is { Success: true } end && end.Groups["more"].Success && end.Groups["word"].ValueSpan.SequenceEqual(Name);

    /// <summary>True for a URI that may name an unregistered extension. URIs that the RFCs define may not.</summary>
    static bool MayBeUnregisteredExtension(string uri) =>
        uri.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
        && uri.Length > 4
        && uri[^1] != ':'
        && !uri.AsSpan().ContainsAnyExcept(UriCharacters)
        && !uri.StartsWith("urn:ietf:params:scim:schemas:core:", StringComparison.OrdinalIgnoreCase)
        && !uri.StartsWith("urn:ietf:params:scim:api:", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// True for a URI that may name an unregistered extension of this type. One that continues a registered URI may not: it is a misspelt
    /// attribute of that schema.
    /// </summary>
    public bool MayHaveExtension(string uri) =>
        MayBeUnregisteredExtension(uri)
        && !_schemas.Values.Any(e => uri.StartsWith(e.Id + ":", StringComparison.OrdinalIgnoreCase))
        && (Enterprise is null || !OtherEnterpriseUri().IsMatch(uri));

    /// <summary>
    /// The attribute of that name, or <c>null</c>: a common or core attribute first, else one of an extension, because Entra sends
    /// <c>department</c> without a URI.
    /// </summary>
    public AttributePath? FindAttribute(string name) => Attributes.GetValueOrDefault(name);

    /// <summary>The common attribute or attribute of the core schema of that name, or <c>null</c>.</summary>
    internal AttributeDefinition? FindCore(string name) => FindAttribute(name) is { Schema: null } path ? path.Attribute : null;

    // Looked up for each member of each resource.
    FrozenDictionary<string, AttributePath> Attributes =>
        field ??= CommonAttributes
            .All.Concat(Unadvertised)
            .Concat(Schema.Attributes)
            .Select(attribute => new AttributePath(null, attribute, null))
            .Concat(Extensions.SelectMany(schema => schema.Attributes.Select(attribute => new AttributePath(schema.Id, attribute, null))))
            .DistinctBy(path => path.Attribute.Name, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(path => path.Attribute.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The path that <see cref="AttributePath.Find"/> gives for each usual notation of a registered attribute: with the URI of its schema
    /// or without, with a sub-attribute or without.
    /// </summary>
    internal FrozenDictionary<string, AttributePath> Paths =>
        field ??= Attributes
            .Values.SelectMany(path => WithSubs(path.Attribute.Name, path.Attribute))
            .Concat(_schemas.Values.SelectMany(schema => schema.Attributes.SelectMany(a => WithSubs($"{schema.Id}:{a.Name}", a))))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(text => (Text: text, Path: AttributePath.Resolve(text, this)))
            .Where(found => found.Path is { Leaf.Type: not AttributeType.Any })
            .ToFrozenDictionary(found => found.Text, found => found.Path!, StringComparer.OrdinalIgnoreCase);

    static IEnumerable<string> WithSubs(string text, AttributeDefinition attribute) =>
        attribute.SubAttributes.Select(sub => $"{text}.{sub.Name}").Prepend(text);

    public override string ToString() => Name;

    SchemaDefinition? Enterprise => _schemas.GetValueOrDefault(SchemaDefinition.WithoutColons(EnterpriseUserSchema.Id));

    [GeneratedRegex(
        @"^urn:(ietf:params:)?scim:schemas:extension:enterprise:[0-9]+\.[0-9]+(:?User)?(?<below>:.*)?\z",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex OtherEnterpriseUri();

    [GeneratedRegex(@":\d+(\.\d+)*:(?<word>[A-Za-z]+)(:(?<more>[A-Za-z][-$\w]*))?\z", RegexOptions.ECMAScript)]
    private static partial Regex EndOfUri();

    // The characters of RFC 8141 without parentheses, which have a meaning in a filter.
    static readonly SearchValues<char> UriCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/%+*,;=@!$&'"
    );
}
