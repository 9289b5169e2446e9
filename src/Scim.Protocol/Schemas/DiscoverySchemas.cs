using static Scim.AttributeType;

namespace Scim;

/// <summary>The schemas of the discovery documents (RFC 7643 §5 to §7, §8.7.2) as data.</summary>
/// <remarks>
/// The figure of §8.7.2 leaves out some of what the sections before it define (<c>etag</c>, <c>type</c> and <c>primary</c> of an
/// authentication scheme, the type <c>binary</c>), and contradicts them elsewhere (<c>schemaExtensions</c> is a list, and optional). These
/// schemas follow the sections.
/// </remarks>
public static class DiscoverySchemas
{
    public const string ServiceProviderConfigId = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

    public const string ResourceTypeId = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

    public const string SchemaId = "urn:ietf:params:scim:schemas:core:2.0:Schema";

    public static readonly SchemaDefinition ServiceProviderConfig = new(
        ServiceProviderConfigId,
        "Service Provider Configuration",
        "Schema for representing the service provider's configuration",
        [
            Link("documentationUri", "Address of the service's documentation for people."),
            Feature("patch", "Whether PATCH is supported."),
            Feature(
                "bulk",
                "Whether and how much bulk is supported.",
                Number("maxOperations", "Most operations in one request."),
                Number("maxPayloadSize", "Most bytes in one request.")
            ),
            Feature("filter", "Whether filters are supported.", Number("maxResults", "Most resources in one response.")),
            Feature("changePassword", "Whether passwords can be changed."),
            Feature("sort", "Whether sorting is supported."),
            Feature("etag", "Whether entity tags are supported."),
            Read(
                "pagination",
                Complex,
                "Methods of paging (RFC 9865).",
                required: false,
                subs:
                [
                    Flag("cursor", "Whether paging by cursor is supported."),
                    Flag("index", "Whether paging by index is supported."),
                    Read(
                        "defaultPaginationMethod",
                        AttributeType.String,
                        "The method used when the client names none.",
                        required: false,
                        values: ["cursor", "index"]
                    ),
                    Number("defaultPageSize", "Resources on a page when no count is given.", required: false),
                    Number("maxPageSize", "Most resources on a page, whatever the count.", required: false),
                    Number("cursorTimeout", "Seconds for which a cursor is good at least.", required: false),
                ]
            ),
            Read(
                "authenticationSchemes",
                Complex,
                "Ways to authenticate.",
                many: true,
                subs:
                [
                    Read(
                        "type",
                        AttributeType.String,
                        "The authentication scheme.",
                        values: ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"]
                    ),
                    Read("name", AttributeType.String, "Common name of the authentication scheme."),
                    Read("description", AttributeType.String, "Description of the authentication scheme."),
                    Link("specUri", "Address of the specification of the authentication scheme."),
                    Link("documentationUri", "Address of the documentation of the authentication scheme."),
                    Flag("primary", "Whether it is the preferred scheme.", required: false),
                ]
            ),
        ]
    );

    public static readonly SchemaDefinition ResourceType = new(
        ResourceTypeId,
        "ResourceType",
        "Specifies the schema that describes a SCIM resource type",
        [
            Read("id", AttributeType.String, "Identifier of the resource type: its name.", required: false),
            Read("name", AttributeType.String, "Name of the resource type, such as 'User'."),
            Read("description", AttributeType.String, "Description of the resource type.", required: false),
            Read("endpoint", Reference, "Address of the resources, relative to the base URL, such as '/Users'.", references: ["uri"]),
            Read("schema", Reference, "URI of the primary schema.", exact: true, references: ["uri"]),
            Read(
                "schemaExtensions",
                Complex,
                "Extensions of the resource type.",
                required: false,
                many: true,
                subs:
                [
                    Read("schema", Reference, "URI of the schema of the extension.", exact: true, references: ["uri"]),
                    Flag("required", "Whether each resource must have the extension, and what is required in it."),
                ]
            ),
        ]
    );

    /// <summary>Describes two levels, because sub-attributes have no sub-attributes (RFC 7643 §2.3.8).</summary>
    public static readonly SchemaDefinition Schema = new(
        SchemaId,
        "Schema",
        "Specifies the schema that describes a SCIM schema",
        [
            Read("id", AttributeType.String, "The URI of the schema."),
            Read("name", AttributeType.String, "Name of the schema, such as 'User'."),
            Read("description", AttributeType.String, "Description of the schema.", required: false),
            Read(
                "attributes",
                Complex,
                "The attributes of the schema.",
                many: true,
                subs:
                [
                    .. Characteristics(),
                    Read(
                        "subAttributes",
                        Complex,
                        "The sub-attributes of a complex attribute.",
                        required: false,
                        many: true,
                        subs: Characteristics()
                    ),
                ]
            ),
        ]
    );

    public static readonly IReadOnlyList<SchemaDefinition> All = [ServiceProviderConfig, ResourceType, Schema];

    static AttributeDefinition[] Characteristics() =>
        [
            Read("name", AttributeType.String, "Name of the attribute.", exact: true),
            Read("type", AttributeType.String, "Data type of the attribute.", values: Words<AttributeType>(AttributeType.Any)),
            Flag("multiValued", "Whether the attribute has several values."),
            Read("description", AttributeType.String, "Description of the attribute.", required: false, exact: true),
            Flag("required", "Whether the attribute must have a value.", required: false),
            Read(
                "canonicalValues",
                AttributeType.String,
                "Suggested values, such as 'work' and 'home'.",
                required: false,
                many: true,
                exact: true
            ),
            Flag("caseExact", "Whether letter case matters.", required: false),
            Read(
                "mutability",
                AttributeType.String,
                "When the attribute can be changed.",
                required: false,
                exact: true,
                values: Words<Mutability>()
            ),
            Read(
                "returned",
                AttributeType.String,
                "When the attribute is returned.",
                required: false,
                exact: true,
                values: Words<Returned>()
            ),
            Read(
                "uniqueness",
                AttributeType.String,
                "How unique a value must be.",
                required: false,
                exact: true,
                values: Words<Uniqueness>()
            ),
            Read("referenceTypes", AttributeType.String, "What a reference may refer to.", required: false, many: true, exact: true),
        ];

    static string[] Words<T>(params T[] except)
        where T : struct, Enum => [.. Enum.GetValues<T>().Except(except).Select(value => DiscoveryDocuments.Word(value))];

    static AttributeDefinition Feature(string name, string description, params AttributeDefinition[] details) =>
        Read(name, Complex, description, subs: [Flag("supported", "Whether it is supported."), .. details]);

    static AttributeDefinition Flag(string name, string description, bool required = true) =>
        Read(name, AttributeType.Boolean, description, required);

    static AttributeDefinition Number(string name, string description, bool required = true) => Read(name, Integer, description, required);

    static AttributeDefinition Link(string name, string description) =>
        Read(name, Reference, description, required: false, references: ["external"]);

    static AttributeDefinition Read(
        string name,
        AttributeType type,
        string description,
        bool required = true,
        bool many = false,
        bool exact = false,
        string[]? values = null,
        string[]? references = null,
        AttributeDefinition[]? subs = null
    ) =>
        new(name, type, description)
        {
            Required = required,
            MultiValued = many,
            CaseExact = exact,
            Mutability = Mutability.ReadOnly,
            CanonicalValues = values ?? [],
            ReferenceTypes = references ?? [],
            SubAttributes = subs ?? [],
        };
}
