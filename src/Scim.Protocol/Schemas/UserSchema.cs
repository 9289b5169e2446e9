using static Scim.AttributeType;

namespace Scim;

/// <summary>The User schema (RFC 7643 §4.1, §8.7.1) as data.</summary>
/// <remarks>
/// Differs from the RFC's listing where Entra's tools need it: <c>externalId</c> is listed, <c>addresses</c> has <c>primary</c>,
/// <c>phoneNumbers.type</c> has the types that Entra maps, and <c>password</c> is not listed: it is accepted but not stored.
/// </remarks>
public static class UserSchema
{
    public const string Id = "urn:ietf:params:scim:schemas:core:2.0:User";

    public static readonly AttributeDefinition UserName = new(
        "userName",
        AttributeType.String,
        "Unique name of the user, compared without regard to case."
    )
    {
        Required = true,
        Uniqueness = Uniqueness.Server,
        MaxLength = CommonAttributes.IndexedLength,
    };

    public static readonly AttributeDefinition DisplayName = new("displayName", AttributeType.String, "The name to show to people.")
    {
        MaxLength = CommonAttributes.IndexedLength,
    };

    public static readonly AttributeDefinition Active = new("active", AttributeType.Boolean, "Whether the user may use the application.")
    {
        Default = true,
    };

    public static readonly AttributeDefinition Groups = new(
        "groups",
        Complex,
        "Groups the user is a direct member of; changed through the groups."
    )
    {
        MultiValued = true,
        Mutability = Mutability.ReadOnly,
        SubAttributes =
        [
            ReadOnly("value", AttributeType.String, "Identifier of the group.", caseExact: true),
            ReadOnly("$ref", Reference, "URI of the group.", references: ["Group"]),
            ReadOnly("display", AttributeType.String, "Name of the group."),
            ReadOnly("type", AttributeType.String, "Kind of membership.", canonicalValues: ["direct", "indirect"]),
        ],
    };

    public static readonly AttributeDefinition Emails = Plural(
        "emails",
        "E-mail addresses.",
        "An e-mail address.",
        types: ["work", "home", "other"]
    );

    public static readonly AttributeDefinition Roles = Plural("roles", "Roles of the user.", "A role.");

    public static readonly AttributeDefinition Password = new("password", AttributeType.String, "Accepted and dropped.")
    {
        Mutability = Mutability.WriteOnly,
        Returned = Returned.Never,
    };

    public static readonly SchemaDefinition Schema = new(
        Id,
        "User",
        "User Account",
        [
            CommonAttributes.ExternalId,
            UserName,
            new("name", Complex, "Components of the user's name.")
            {
                SubAttributes =
                [
                    Text("formatted", "The full name, formatted for display."),
                    Text("familyName", "The family name, or last name."),
                    Text("givenName", "The given name, or first name."),
                    Text("middleName", "The middle names."),
                    Text("honorificPrefix", "Titles before the name."),
                    Text("honorificSuffix", "Suffixes after the name."),
                ],
            },
            DisplayName,
            Text("nickName", "The casual name."),
            new("profileUrl", Reference, "URL of the user's profile.") { ReferenceTypes = ["external"] },
            Text("title", "The job title."),
            Text("userType", "Relation to the organization, such as Employee."),
            Text("preferredLanguage", "Preferred language, as in HTTP's Accept-Language."),
            Text("locale", "Locale for currency, dates and numbers."),
            Text("timezone", "Time zone, by its IANA name."),
            Active,
            Emails,
            Plural("phoneNumbers", "Phone numbers.", "A phone number.", types: ["work", "home", "mobile", "fax", "pager", "other"]),
            Plural(
                "ims",
                "Instant messaging addresses.",
                "An address.",
                types: ["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]
            ),
            Plural(
                "photos",
                "URLs of photos.",
                "URL of a photo.",
                Reference,
                caseExact: true,
                types: ["photo", "thumbnail"],
                references: ["external"]
            ),
            new("addresses", Complex, "Postal addresses.")
            {
                MultiValued = true,
                SubAttributes =
                [
                    Text("formatted", "The full address, formatted for display."),
                    Text("streetAddress", "Street, house number and the like."),
                    Text("locality", "The city."),
                    Text("region", "The state or region."),
                    Text("postalCode", "The postal code."),
                    Text("country", "The country."),
                    Text("type", "What the address is for.", canonicalValues: ["work", "home", "other"]),
                    Primary(),
                ],
            },
            Groups,
            Plural("entitlements", "Things the user is entitled to.", "An entitlement."),
            Roles,
            Plural("x509Certificates", "Certificates of the user.", "A certificate, DER in base64.", Binary, caseExact: true),
        ]
    );

    static AttributeDefinition Text(string name, string description, IReadOnlyList<string>? canonicalValues = null) =>
        new(name, AttributeType.String, description) { CanonicalValues = canonicalValues ?? [] };

    static AttributeDefinition Primary() =>
        new("primary", AttributeType.Boolean, "Whether this is the preferred value; true at most once.");

    /// <summary>A multi-valued attribute with the default sub-attributes of RFC 7643 §2.4.</summary>
    static AttributeDefinition Plural(
        string name,
        string description,
        string value,
        AttributeType type = AttributeType.String,
        bool caseExact = false,
        IReadOnlyList<string>? types = null,
        IReadOnlyList<string>? references = null
    ) =>
        new(name, Complex, description)
        {
            MultiValued = true,
            SubAttributes =
            [
                new("value", type, value) { CaseExact = caseExact, ReferenceTypes = references ?? [] },
                Text("display", "Name to show to people."),
                Text("type", "What the value is for.", types),
                Primary(),
            ],
        };

    static AttributeDefinition ReadOnly(
        string name,
        AttributeType type,
        string description,
        bool caseExact = false,
        IReadOnlyList<string>? canonicalValues = null,
        IReadOnlyList<string>? references = null
    ) =>
        new(name, type, description)
        {
            CaseExact = caseExact,
            Mutability = Mutability.ReadOnly,
            CanonicalValues = canonicalValues ?? [],
            ReferenceTypes = references ?? [],
        };
}
