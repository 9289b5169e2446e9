using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>Filters on the members of groups, and on the enterprise extension.</summary>
static class GroupAndExtensionFilterChecks
{
    static readonly Where[] Extension =
    [
        new(
            "extension.eq",
            "An attribute of an extension is filtered by its full name",
            Sales,
            $"{Trial.EnterpriseSchema}:department eq \"Sales\"",
            $"{Trial.EnterpriseSchema}:department eq \"Law\"",
            Attributes: ["EnterpriseUser:department"]
        ),
        new(
            "extension.present",
            "pr asks whether an attribute of an extension has a value",
            Sales,
            $"{Trial.EnterpriseSchema}:department pr",
            $"{Trial.EnterpriseSchema}:costCenter pr",
            Attributes: ["EnterpriseUser:department", "EnterpriseUser:costCenter"]
        ),
        new(
            "extension.schemas",
            "Users are found by the extension they have",
            Sales,
            $"schemas eq \"{Trial.EnterpriseSchema}\"",
            "schemas eq \"urn:example:no-such-schema\"",
            Advice
        ),
    ];

    const string Sales =
        $$$"""{"schemas":["{{{Trial.UserSchema}}}","{{{Trial.EnterpriseSchema}}}"],"{{{Trial.EnterpriseSchema}}}":{"department":"Sales"}}""";

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Extension
        select row.Check(
            "RFC 7644 §3.4.2.2, §3.10",
            Profiles.Rfc,
            "Clients that select people by department or employee number get the wrong ones, or all.",
            "Split the name at the last colon: what is before it is the schema.",
            Needs.EnterpriseUser
        ),
        Group(
            "members",
            "Groups are found by the id of a member",
            Should,
            "RFC 7644 §3.4.2.2; Microsoft's former SCIM tutorial",
            group => $"members.value eq \"{group.Reply["members[0].value"].Text()}\""
        ),
        Group(
            "members.value-path",
            "Groups are found by the id of a member in brackets",
            Advice,
            "RFC 7644 §3.4.2.2",
            group => $"members[value eq \"{group.Reply["members[0].value"].Text()}\"]"
        ),
    ];

    static Check Group(string id, string title, Severity severity, string rule, Func<Made, string> filter) =>
        new(
            $"filter.group.{id}",
            title,
            rule,
            severity,
            Profiles.All,
            async t =>
            {
                var group = await t.Group(await t.User());
                await t.Group();
                if (group.Reply["members"].Items().FirstOrDefault() is null)
                    group = group with { Reply = await t.Read(group) };
                if ((await t.Find("/Groups", $"displayName eq \"{group.Name}\"")).Prepared().Ids is not [_])
                    throw new Blocked("displayName eq, which comes first, does not select one group");
                (await t.Find("/Groups", filter(group))).Comparable().Selects(group);
            }
        )
        {
            Why = "Clients that want to know who is in what would have to read every group with all its members.",
            Change = "Let members be filtered by the id of the member.",
            Needs = Needs.Filter | Needs.Groups,
        };
}
