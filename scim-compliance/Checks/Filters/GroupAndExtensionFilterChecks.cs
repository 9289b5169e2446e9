using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>Filters on the members of groups, and on the enterprise extension.</summary>
static class GroupAndExtensionFilterChecks
{
    static readonly FilterCase[] Extension =
    [
        new()
        {
            Id = "filter.extension.eq",
            Title = "An attribute of an extension is filtered by its full name",
            Attributes = ["EnterpriseUser:department"],
            UserJson = Sales,
            Matching = $"{SchemaUrn.EnterpriseUser}:department eq \"Sales\"",
            NotMatching = $"{SchemaUrn.EnterpriseUser}:department eq \"Law\"",
        },
        new()
        {
            Id = "filter.extension.present",
            Title = "pr asks whether an attribute of an extension has a value",
            Attributes = ["EnterpriseUser:department", "EnterpriseUser:costCenter"],
            UserJson = Sales,
            Matching = $"{SchemaUrn.EnterpriseUser}:department pr",
            NotMatching = $"{SchemaUrn.EnterpriseUser}:costCenter pr",
        },
        new()
        {
            Id = "filter.extension.schemas",
            Title = "Users are found by the extension they have",
            Severity = Advice,
            UserJson = Sales,
            Matching = $"schemas eq \"{SchemaUrn.EnterpriseUser}\"",
            NotMatching = "schemas eq \"urn:example:no-such-schema\"",
        },
    ];

    const string Sales = $$$"""
        {"schemas":["{{{SchemaUrn.User}}}","{{{SchemaUrn.EnterpriseUser}}}"],
        "{{{SchemaUrn.EnterpriseUser}}}":{"department":"Sales"}}
        """;

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Extension
        select row.ToCheck(
            rule: "RFC 7644 §3.4.2.2, §3.10",
            profiles: Profiles.Rfc,
            needs: Needs.EnterpriseUser,
            why: "Clients that select people by department or employee number get the wrong ones, or all.",
            change: "Split the name at the last colon: what is before it is the schema."
        ),
        GroupFilter(
            id: "filter.group.members",
            title: "Groups are found by the id of a member",
            rule: "RFC 7644 §3.4.2.2; Microsoft's former SCIM tutorial",
            severity: Should,
            filter: group => $"members.value eq \"{group.Reply["members[0].value"].Text()}\""
        ),
        GroupFilter(
            id: "filter.group.members.value-path",
            title: "Groups are found by the id of a member in brackets",
            rule: "RFC 7644 §3.4.2.2",
            severity: Advice,
            filter: group => $"members[value eq \"{group.Reply["members[0].value"].Text()}\"]"
        ),
    ];

    static Check GroupFilter(string id, string title, Severity severity, string rule, Func<CreatedResource, string> filter) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.Filter | Needs.Groups,
            Why = "Clients that want to know who is in which group would have to read every group with all its members.",
            Change = "Let members be filtered by the id of the member.",
            Steps = async run =>
            {
                var group = await run.CreateGroup(await run.CreateUser());
                await run.CreateGroup();
                if (group.Reply["members"].Items().FirstOrDefault() is null)
                    group = group with { Reply = await run.Read(group) };
                if ((await run.Find("/Groups", $"displayName eq \"{group.Name}\"")).RequireSuccess().Ids is not [_])
                    throw new Blocked("displayName eq, which comes first, does not select one group");
                (await run.Find("/Groups", filter(group))).OrNotOffered().ExpectOnly(group);
            },
        };
}
