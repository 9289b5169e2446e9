using System.Text.Json.Nodes;
using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Discovery;

/// <summary>The attributes of the core as RFC 7643 §4 and §8.7.1 define them. What a server does not list is not asked for.</summary>
static class ShapeChecks
{
    static readonly (
        string Id,
        string What,
        string Schema,
        (string Path, string Member, string[] Values)[] Rows,
        Severity Severity
    )[] Shapes =
    [
        ("user-name.required", "userName is required", Trial.UserSchema, [("userName", "required", ["true"])], Must),
        ("user-name.unique", "userName is unique", Trial.UserSchema, [("userName", "uniqueness", ["server", "global"])], Must),
        ("user-name.case", "userName is compared without regard to case", Trial.UserSchema, [("userName", "caseExact", ["false"])], Must),
        (
            "user.texts",
            "userName, displayName, title and the like are texts, active a boolean",
            Trial.UserSchema,
            [
                .. from name in (string[])
                    ["userName", "displayName", "nickName", "title", "userType", "preferredLanguage", "locale", "timezone"]
                select (name, "type", (string[])["string"]),
                ("active", "type", ["boolean"]),
            ],
            Must
        ),
        (
            "user.complex",
            "name is one complex value, e-mails, phone numbers and the like are lists of them",
            Trial.UserSchema,
            [
                ("name", "type", ["complex"]),
                ("name", "multiValued", ["false"]),
                .. from name in (string[])
                    ["emails", "phoneNumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles", "x509Certificates"]
                from row in ((string, string[])[])[("type", ["complex"]), ("multiValued", ["true"])]
                select (name, row.Item1, row.Item2),
            ],
            Must
        ),
        (
            "user.primary",
            "primary is a boolean",
            Trial.UserSchema,
            [
                .. from name in (string[])["emails", "phoneNumbers", "addresses", "roles"]
                select (name + ".primary", "type", (string[])["boolean"]),
            ],
            Must
        ),
        ("user.groups", "The groups of a user are read-only", Trial.UserSchema, [("groups", "mutability", ["readOnly"])], Must),
        (
            "user.password",
            "A password is never returned",
            Trial.UserSchema,
            [("password", "mutability", ["writeOnly"]), ("password", "returned", ["never"])],
            Must
        ),
        (
            "user.references",
            "$ref and profileUrl are references",
            Trial.UserSchema,
            [("profileUrl", "type", ["reference"]), ("groups.$ref", "type", ["reference"])],
            Should
        ),
        (
            "common.id",
            "id is read-only and always returned",
            Trial.UserSchema,
            [("id", "mutability", ["readOnly"]), ("id", "returned", ["always"])],
            Must
        ),
        ("common.externalId", "externalId is case exact", Trial.UserSchema, [("externalId", "caseExact", ["true"])], Should),
        ("common.meta", "meta is read-only", Trial.UserSchema, [("meta", "mutability", ["readOnly"])], Must),
        (
            "enterprise.manager",
            "manager is one complex value",
            Trial.EnterpriseSchema,
            [("manager", "type", ["complex"]), ("manager", "multiValued", ["false"]), ("manager.value", "type", ["string"])],
            Must
        ),
        (
            "enterprise.manager-name",
            "The manager's displayName is read-only",
            Trial.EnterpriseSchema,
            [("manager.displayName", "mutability", ["readOnly"])],
            Should
        ),
        (
            "group.members",
            "The members of a group are a list of complex values",
            Trial.GroupSchema,
            [("members", "type", ["complex"]), ("members", "multiValued", ["true"]), ("members.value", "type", ["string"])],
            Must
        ),
        (
            "group.member",
            "What a member is does not change",
            Trial.GroupSchema,
            [("members.value", "mutability", ["immutable"]), ("members.$ref", "mutability", ["immutable", "readOnly"])],
            Should
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [.. from shape in Shapes select Shape(shape.Id, shape.What, shape.Schema, shape.Rows, shape.Severity)];

    static Check Shape(string id, string what, string schema, (string Path, string Member, string[] Values)[] rows, Severity severity) =>
        new(
            $"discovery.shape.{id}",
            $"{what}, and /Schemas says so",
            id.StartsWith("common", StringComparison.Ordinal) ? "RFC 7643 §3.1, §8.7.1" : "RFC 7643 §4, §8.7.1",
            severity,
            Profiles.Rfc,
            async t =>
            {
                var reply = await SchemaChecks.Schemas(t);
                var attributes = reply.Resources.FirstOrDefault(one => one.At("id").Text() == schema).At("attributes");
                var listed = rows.Where(row => Attribute(attributes, row.Path) is not null).ToList();
                if (listed is [])
                    throw new NotOffered($"/Schemas does not list {rows[0].Path}");
                foreach (var (path, member, values) in listed)
                    // A characteristic that is left out is another check's.
                    if (Attribute(attributes, path)!.At(member) is { } value)
                        reply.That(
                            values.Contains(value.Text(), StringComparer.OrdinalIgnoreCase),
                            $"{member} of {path} is {string.Join(" or ", values)}",
                            Reply.Shown(value)
                        );
            }
        )
        {
            Why = "Clients treat the attribute as it is described: as a text where a list is meant, or as writable where it is not.",
            Change = "Describe the attribute as RFC 7643 §8.7.1 does, and behave so.",
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
