using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Discovery;

/// <summary>
/// The attributes of the core as RFC 7643 §4 and §8.7.1 define them. Attributes that the server does not list are skipped.
/// </summary>
static class ShapeChecks
{
    const string Common = "RFC 7643 §3.1, §8.7.1";

    static readonly Check[] Shapes =
    [
        Shape(
            id: "discovery.shape.user-name.required",
            severity: Must,
            what: "userName is required",
            schema: SchemaUrn.User,
            rows: [("userName", "required", ["true"])]
        ),
        Shape(
            id: "discovery.shape.user-name.unique",
            severity: Must,
            what: "userName is unique",
            schema: SchemaUrn.User,
            rows: [("userName", "uniqueness", ["server", "global"])]
        ),
        Shape(
            id: "discovery.shape.user-name.case",
            severity: Must,
            what: "userName is compared without regard to case",
            schema: SchemaUrn.User,
            rows: [("userName", "caseExact", ["false"])]
        ),
        Shape(
            id: "discovery.shape.user.texts",
            severity: Must,
            what: "userName, displayName, title and the like are texts, active a boolean",
            schema: SchemaUrn.User,
            rows:
            [
                .. from name in (string[])
                    ["userName", "displayName", "nickName", "title", "userType", "preferredLanguage", "locale", "timezone"]
                select (name, "type", (string[])["string"]),
                ("active", "type", ["boolean"]),
            ]
        ),
        Shape(
            id: "discovery.shape.user.complex",
            severity: Must,
            what: "name is one complex value, e-mails, phone numbers and the like are lists of them",
            schema: SchemaUrn.User,
            rows:
            [
                ("name", "type", ["complex"]),
                ("name", "multiValued", ["false"]),
                .. from name in (string[])
                    ["emails", "phoneNumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles", "x509Certificates"]
                from row in ((string, string[])[])[("type", ["complex"]), ("multiValued", ["true"])]
                select (name, row.Item1, row.Item2),
            ]
        ),
        Shape(
            id: "discovery.shape.user.primary",
            severity: Must,
            what: "primary is a boolean",
            schema: SchemaUrn.User,
            rows:
            [
                .. from name in (string[])["emails", "phoneNumbers", "addresses", "roles"]
                select (name + ".primary", "type", (string[])["boolean"]),
            ]
        ),
        Shape(
            id: "discovery.shape.user.groups",
            severity: Must,
            what: "The groups of a user are read-only",
            schema: SchemaUrn.User,
            rows: [("groups", "mutability", ["readOnly"])]
        ),
        Shape(
            id: "discovery.shape.user.password",
            severity: Must,
            what: "A password is never returned",
            schema: SchemaUrn.User,
            rows: [("password", "mutability", ["writeOnly"]), ("password", "returned", ["never"])]
        ),
        Shape(
            id: "discovery.shape.user.references",
            severity: Should,
            what: "$ref and profileUrl are references",
            schema: SchemaUrn.User,
            rows: [("profileUrl", "type", ["reference"]), ("groups.$ref", "type", ["reference"])]
        ),
        Shape(
            id: "discovery.shape.common.id",
            rule: Common,
            severity: Must,
            what: "id is read-only and always returned",
            schema: SchemaUrn.User,
            rows: [("id", "mutability", ["readOnly"]), ("id", "returned", ["always"])]
        ),
        Shape(
            id: "discovery.shape.common.externalId",
            rule: Common,
            severity: Should,
            what: "externalId is case exact",
            schema: SchemaUrn.User,
            rows: [("externalId", "caseExact", ["true"])]
        ),
        Shape(
            id: "discovery.shape.common.meta",
            rule: Common,
            severity: Must,
            what: "meta is read-only",
            schema: SchemaUrn.User,
            rows: [("meta", "mutability", ["readOnly"])]
        ),
        Shape(
            id: "discovery.shape.enterprise.manager",
            severity: Must,
            what: "manager is one complex value",
            schema: SchemaUrn.EnterpriseUser,
            rows: [("manager", "type", ["complex"]), ("manager", "multiValued", ["false"]), ("manager.value", "type", ["string"])]
        ),
        Shape(
            id: "discovery.shape.enterprise.manager-name",
            severity: Should,
            what: "The manager's displayName is read-only",
            schema: SchemaUrn.EnterpriseUser,
            rows: [("manager.displayName", "mutability", ["readOnly"])]
        ),
        Shape(
            id: "discovery.shape.group.members",
            severity: Must,
            what: "The members of a group are a list of complex values",
            schema: SchemaUrn.Group,
            rows: [("members", "type", ["complex"]), ("members", "multiValued", ["true"]), ("members.value", "type", ["string"])]
        ),
        Shape(
            id: "discovery.shape.group.member",
            severity: Should,
            what: "What a member is does not change",
            schema: SchemaUrn.Group,
            rows: [("members.value", "mutability", ["immutable"]), ("members.$ref", "mutability", ["immutable", "readOnly"])]
        ),
    ];

    public static IReadOnlyList<Check> All { get; } = [.. Shapes];

    static Check Shape(
        string id,
        string what,
        string schema,
        (string Path, string Member, string[] Values)[] rows,
        Severity severity,
        string rule = "RFC 7643 §4, §8.7.1"
    ) =>
        new()
        {
            Id = id,
            Title = $"{what}, and /Schemas says so",
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.Rfc,
            Why = "Clients treat the attribute as it is described: as a text where a list is meant, or as writable where it is not.",
            Change = "Describe the attribute as RFC 7643 §8.7.1 does, and behave so.",
            Steps = async run =>
            {
                var reply = await SchemaChecks.Schemas(run);
                var attributes = reply.Resources.FirstOrDefault(one => one.At("id").Text() == schema).At("attributes");
                var listed = rows.Where(row => Attribute(attributes, row.Path) is not null).ToList();
                if (listed is [])
                    throw new NotOffered($"/Schemas does not list {rows[0].Path}");
                foreach (var (path, member, values) in listed)
                    // Another check reports characteristics that are missing.
                    if (Attribute(attributes, path)!.At(member) is { } value)
                        reply.That(
                            values.Contains(value.Text(), StringComparer.OrdinalIgnoreCase),
                            $"{member} of {path} is {string.Join(" or ", values)}",
                            Reply.Describe(value)
                        );
            },
        };

    static JsonNode? Attribute(JsonNode? attributes, string path)
    {
        JsonNode? found = null;
        foreach (var name in path.Split('.'))
        {
            found = attributes.Items().FirstOrDefault(attribute => attribute.At("name").Text() == name);
            attributes = found.At("subAttributes");
        }
        return found;
    }
}
