using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Groups;

/// <summary><c>GET /Groups/{id}</c> (RFC 7644 §3.4.1) and what a group's <c>meta</c> says.</summary>
static class ReadGroupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "groups.read.by-id",
            Title = "A group can be read by its id",
            Rule = "RFC 7644 §3.4.1",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why =
                "Entra reads a group before each change. When that fails the link is broken (InvalidAnchor) until an admin restarts "
                + "the job.",
            Change = "Answer GET /Groups/{id} with 200 and the group.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                (await run.Get(group.Path)).Expect(200).Is("id", group.Id).Is("displayName", group.Name);
            },
        },
        new()
        {
            Id = "groups.read.excluded-members",
            Title = "A group read with excludedAttributes=members comes without its members",
            Rule = "entra-docs use-scim-to-provision-users-and-groups.md; SCIM Validator 'Get group by id excluding members'",
            Severity = Must,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Needs = Needs.Groups,
            Why =
                "Entra asks like this before every change. With members the answer of a large group is megabytes long, "
                + "hundreds of times in a row.",
            Change = "Leave out the attributes named in excludedAttributes, and do not load them.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var group = await run.CreateGroup(user);
                (await run.Get(group.Path + "?excludedAttributes=members")).Expect(200).Is("displayName", group.Name).Lacks("members");
            },
        },
        UnknownId(
            id: "groups.read.unknown",
            title: "A group that is not there is answered 404",
            rule: "RFC 7644 §3.12",
            severity: Must,
            unknown: run => run.NewGuid()
        ),
        UnknownId(
            id: "groups.read.odd-id",
            title: "An id of a form that the server never gives is answered 404",
            rule: "RFC 7643 §3.1: ids are opaque",
            severity: Should,
            unknown: _ => "no-such-group_1"
        ),
        new()
        {
            Id = "groups.read.resource-type",
            Title = "meta.resourceType of a group is Group",
            Rule = "RFC 7643 §3.1",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Why = "A client that reads several kinds of resources tells them apart by it.",
            Change = "Return meta.resourceType \"Group\" with every group.",
            Steps = async run => (await run.Read(await run.CreateGroup())).Is("meta.resourceType", "Group"),
        },
        new()
        {
            Id = "groups.read.location",
            Title = "meta.location of a group is the address under which it is read",
            Rule = "RFC 7643 §3.1",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Why = "Clients that follow the address end up nowhere, often because a proxy in front of the server has another name.",
            Change = "Build meta.location from the public address of the server.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                var location = (await run.Read(group)).Has("meta.location")["meta.location"].Text();
                var host = new Uri(run.Target.Client.BaseUrl).Authority;
                if (run.PossibleUrls(location)[0].Authority != host)
                    throw new CheckFailed($"an address on {host}", location);
                await run.ExpectAt(group, location);
            },
        },
        new()
        {
            Id = "groups.read.last-modified",
            Title = "meta.lastModified of a group moves when its members change",
            Rule = "RFC 7643 §3.1",
            Severity = Advice,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups | Needs.Patch,
            Why = "Clients that ask what has changed since yesterday miss the new members.",
            Change = "Count a change of members as a change of the group.",
            Steps = async run =>
            {
                var (user, group) = (await run.CreateUser(), await run.CreateGroup());
                if ((await run.Read(group))["meta.lastModified"] is null)
                    throw new NotOffered("meta.lastModified is not shown");
                await run.ExpectLaterLastModified(
                    group,
                    async tries =>
                        (
                            await run.Patch(
                                group,
                                tries % 2 is 1
                                    ? $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}"""
                                    : $$"""{"op":"remove","path":"members[value eq \"{{user.Id}}\"]"}"""
                            )
                        ).RequireSuccess()
                );
            },
        },
    ];

    static Check UnknownId(string id, string title, string rule, Severity severity, Func<CheckRun, string> unknown) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "Any other answer looks like a fault of the server, and Entra tries again instead of noting that the group is gone.",
            Change = "Answer 404 to every id that no group has, whatever it looks like.",
            Steps = async run => (await run.Get("/Groups/" + unknown(run))).Expect(404),
        };
}
