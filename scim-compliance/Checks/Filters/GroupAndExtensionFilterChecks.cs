using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>Filters on groups, and on the enterprise extension.</summary>
static class GroupAndExtensionFilterChecks
{
    const string Entra = "entra-docs use-scim-to-provision-users-and-groups.md; SCIM Validator, group filters";

    static readonly Where[] Extension =
    [
        new("extension.eq", "An attribute of an extension is filtered by its full name", Sales, $"{Trial.EnterpriseSchema}:department eq \"Sales\"", $"{Trial.EnterpriseSchema}:department eq \"Law\"", Attributes: ["EnterpriseUser:department"]),
        new("extension.present", "pr asks whether an attribute of an extension has a value", Sales, $"{Trial.EnterpriseSchema}:department pr", $"{Trial.EnterpriseSchema}:costCenter pr", Attributes: ["EnterpriseUser:department", "EnterpriseUser:costCenter"]),
        new("extension.schemas", "Users are found by the extension they have", Sales, $"schemas eq \"{Trial.EnterpriseSchema}\"", "schemas eq \"urn:example:no-such-schema\"", Advice),
    ];

    const string Sales = $$$"""{"schemas":["{{{Trial.UserSchema}}}","{{{Trial.EnterpriseSchema}}}"],"{{{Trial.EnterpriseSchema}}}":{"department":"Sales"}}""";

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Extension select row.Check("RFC 7644 §3.4.2.2, §3.10", Profiles.Rfc, "Clients that select people by department or employee number get the wrong ones, or all.", "Split the name at the last colon: what is before it is the schema.", Needs.EnterpriseUser),
        Group("displayName", "A group is found by its displayName", Must, Entra, group => $"displayName eq \"{group.Name}\""),
        Group("displayName.case", "A group is found by its displayName whatever the letter case", Must, Entra, group => $"displayName eq \"{group.Name.ToUpperInvariant()}\""),
        Group("without-members", "A group is found also when its members are excluded", Must, Entra, group => $"displayName eq \"{group.Name}\"", "excludedAttributes=members"),
        Group("members", "Groups are found by the id of a member", Should, "RFC 7644 §3.4.2.2; Microsoft's former SCIM tutorial", group => $"members.value eq \"{group.Reply["members[0].value"].Text()}\"", lenient: true),
        Group("members.value-path", "Groups are found by the id of a member in brackets", Advice, "RFC 7644 §3.4.2.2", group => $"members[value eq \"{group.Reply["members[0].value"].Text()}\"]", lenient: true),
        new("filter.group.externalId", "A group is found by externalId", Entra + "; rancher/rancher#54869", Should, Profiles.Entra, async t =>
        {
            var (name, externalId) = (t.NewName(), t.NewGuid());
            var made = (await t.Post("/Groups", t.GroupJson($$"""{"displayName":"{{name}}","externalId":"{{externalId}}"}"""))).Prepared();
            await t.Group();
            (await t.Find("/Groups", $"externalId eq \"{externalId}\"")).Selects(new Made("", made["id"].Text(), name, made));
        })
        {
            Why = "Admins whose groups are renamed often match by object id. A group that is not found is made a second time.",
            Change = "Store externalId of groups and let it be filtered.",
            Needs = Needs.Filter | Needs.Groups,
            Attributes = ["Group:externalId"],
        },
    ];

    static Check Group(string id, string title, Severity severity, string rule, Func<Made, string> filter, string more = "", bool lenient = false) =>
        new($"filter.group.{id}", title, rule, severity, Profiles.All, async t =>
        {
            var group = await t.Group(await t.User());
            await t.Group();
            if (group.Reply["members"].Items().FirstOrDefault() is null) group = group with { Reply = await t.Read(group) };
            if (id is not "displayName" && (await t.Find("/Groups", $"displayName eq \"{group.Name}\"")).Prepared().Ids is not [_]) throw new Blocked("displayName eq, which comes first, does not select one group");
            var reply = await t.Find("/Groups", filter(group), more);
            (lenient ? reply.Comparable() : reply).Selects(group);
        })
        {
            Why = "A group that is not found is made a second time, or its creation fails with 409 in every cycle and its members never arrive.",
            Change = "Apply filters on groups as on users: displayName without regard to case, members by the id of the member.",
            Needs = Needs.Filter | Needs.Groups,
        };
}
