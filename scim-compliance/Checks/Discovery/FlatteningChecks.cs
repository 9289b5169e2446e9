using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Discovery;

/// <summary>
/// The attributes that Entra maps by default can be found in <c>/Schemas</c> by the rule with which the App gallery harness flattens it
/// (SCIMReferenceCode SCIM-Validation-Test-Overview.md, test 15): simple attributes by name, complex ones by sub-attribute, multi-valued
/// ones by each canonical type or, when there is none, by <c>[primary eq "True"]</c>, extensions by their URN; references not at all.
/// </summary>
static class FlatteningChecks
{
    static readonly (string Id, string[] Names, Severity Severity)[] Users =
    [
        ("userName", ["userName"], Must),
        ("active", ["active"], Should),
        ("externalId", ["externalId"], Should),
        ("displayName", ["displayName"], Should),
        ("name", ["name.givenName", "name.familyName", "name.formatted"], Should),
        ("title", ["title"], Advice),
        ("preferredLanguage", ["preferredLanguage"], Advice),
        ("emails", ["emails[type eq \"work\"].value"], Should),
        (
            "phoneNumbers",
            ["phoneNumbers[type eq \"work\"].value", "phoneNumbers[type eq \"mobile\"].value", "phoneNumbers[type eq \"fax\"].value"],
            Advice
        ),
        (
            "addresses",
            [
                "addresses[type eq \"work\"].formatted",
                "addresses[type eq \"work\"].streetAddress",
                "addresses[type eq \"work\"].locality",
                "addresses[type eq \"work\"].region",
                "addresses[type eq \"work\"].postalCode",
                "addresses[type eq \"work\"].country",
            ],
            Advice
        ),
        ("roles", ["roles[primary eq \"True\"].value"], Advice),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Users select Findable(id: "discovery.flattened.user." + row.Id, severity: row.Severity, names: row.Names),
        .. from name in (string[])["employeeNumber", "department", "manager"]
        select Findable(
            id: "discovery.flattened.enterprise." + name,
            severity: Advice,
            needs: Needs.EnterpriseUser,
            names: [name is "manager" ? name : $"{SchemaUrn.EnterpriseUser}:{name}"]
        ),
        .. from name in (string[])["displayName", "externalId", "members"]
        select Findable(
            id: "discovery.flattened.group." + name,
            severity: name is "externalId" ? Should : Must,
            needs: Needs.Groups,
            names: [name],
            schema: SchemaUrn.Group
        ),
    ];

    static Check Findable(string id, string[] names, Severity severity, Needs needs = Needs.Nothing, string? schema = null) =>
        new()
        {
            Id = id,
            Title = $"/Schemas lets Entra find {string.Join(", ", names)}",
            Rule = "App gallery harness, test 15; entra-docs use-scim-to-provision-users-and-groups.md",
            Severity = severity,
            Profiles = Profiles.Entra,
            Needs = needs,
            Why =
                "Entra maps it by default. What a gallery app's /Schemas does not describe in this shape is missing from the list "
                + "that admins map to, and the harness fails.",
            Change = names[0].Contains('[', StringComparison.Ordinal)
                ? "List the attribute with its sub-attributes; give emails, phoneNumbers and addresses the canonicalValues of their type "
                    + "(work, home, other; mobile, fax), and roles.type none."
                : "List the attribute in /Schemas, with its sub-attributes if it has any.",
            Steps = async run =>
            {
                var reply = await SchemaChecks.Schemas(run);
                var found = reply
                    .Resources.Where(one => schema is null ? one.At("id").Text() is not SchemaUrn.Group : one.At("id").Text() == schema)
                    .SelectMany(Flattened)
                    .ToHashSet();
                foreach (var name in names)
                    reply.That(found.Contains(name), $"{name} among the attributes", Near(found, name));
            },
        };

    static IEnumerable<string> Flattened(JsonNode? schema)
    {
        var id = schema.At("id").Text();
        var prefix = id is SchemaUrn.User or SchemaUrn.Group ? "" : id + ":";
        return schema.At("attributes").Items().SelectMany(attribute => Flattened(attribute, prefix));
    }

    static IEnumerable<string> Flattened(JsonNode? attribute, string prefix)
    {
        var (name, type) = (attribute.At("name").Text(), attribute.At("type").Text());
        var parts = attribute
            .At("subAttributes")
            .Items()
            .Where(sub => sub.At("type").Text() is not ("reference" or "complex"))
            .Select(sub => sub.At("name").Text())
            .ToList();
        if (name is "manager" or "members")
            return [name];
        if (type is "reference")
            return [];
        if (type is not "complex")
            return [prefix + name];
        if (attribute.At("multiValued").Text() is not "true")
            return parts.Select(sub => $"{prefix}{name}.{sub}");
        var values = parts.Where(sub => sub is not ("type" or "primary")).ToList();
        var types = attribute
            .At("subAttributes")
            .Items()
            .FirstOrDefault(sub => sub.At("name").Text() is "type")
            .At("canonicalValues")
            .Items()
            .Select(value => value.Text())
            .ToList();
        return types is []
            ? values.Select(sub => $"{prefix}{name}[primary eq \"True\"].{sub}")
            : types.SelectMany(one => values.Select(sub => $"{prefix}{name}[type eq \"{one}\"].{sub}"));
    }

    static string Near(HashSet<string> found, string name) =>
        name.Split('[', '.')[0] is var start
        && found.Where(one => one.StartsWith(start, StringComparison.Ordinal)).Take(4).ToList() is { Count: > 0 } near
            ? "only " + string.Join(", ", near)
            : $"{start} is not there";
}
