using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Groups;

/// <summary><c>POST /Groups</c> (RFC 7644 §3.3), in the shapes that Entra sends.</summary>
static class CreateGroupChecks
{
    const string Tutorial = "entra-docs use-scim-to-provision-users-and-groups.md";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "groups.create.minimal",
            Title = "A group with nothing but a displayName is created with 201, an id and its name",
            Rule = "RFC 7644 §3.3",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "Without an id in the answer Entra cannot link the group, and tries to create it again in every cycle.",
            Change = "Answer a POST with 201 and the whole group, with the id you gave it.",
            Steps = async run =>
            {
                var group = run.GroupJson();
                (await run.Post("/Groups", group)).Expect(201).Has("id").Is("displayName", group["displayName"]!.DeepClone());
            },
        },
        new()
        {
            Id = "groups.create.documented",
            Title = "A group as Entra's documentation shows it is created, with a second, unknown schema URI",
            Rule = Tutorial,
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Groups,
            Why = "Entra names a Microsoft URI beside the Group schema. A server that refuses it gets no groups at all.",
            Change = "Ignore schema URIs that you do not know.",
            Steps = async run =>
            {
                var group = run.GroupJson(
                    $$$"""
                    {"schemas":["{{{SchemaUrn.Group}}}","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                     "externalId":"{{{run.NewGuid()}}}"}
                    """
                );
                (await run.Post("/Groups", group)).Success().Has("id");
            },
        },
        new()
        {
            Id = "groups.create.meta",
            Title = "A group with meta from the client is created",
            Rule = $"{Tutorial}; RFC 7644 §3.3: readOnly attributes are ignored",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "Entra sends meta.resourceType with every group; refused, no group arrives.",
            Change = "Ignore meta in a POST.",
            Steps = async run => (await run.Post("/Groups", run.GroupJson("""{"meta":{"resourceType":"Group"}}"""))).Success().Has("id"),
        },
        new()
        {
            Id = "groups.create.observed",
            Title = "A group with an empty list of members is created",
            Rule = "learn.microsoft.com/answers/a/637791",
            Severity = Must,
            Profiles = Profiles.Entra | Profiles.Okta,
            Needs = Needs.Groups,
            Why = "Entra creates every group with 'members: []' and adds members afterwards; refused, no group arrives.",
            Change = "Take an empty list as no members.",
            Steps = async run =>
            {
                var group = run.GroupJson($$"""{"externalId":"{{run.NewGuid()}}","members":[]}""");
                (await run.Post("/Groups", group)).Success().Has("id");
            },
        },
        new()
        {
            Id = "groups.create.members",
            Title = "Members that come with the POST are in the new group",
            Rule = "RFC 7644 §3.3; RFC 7643 §4.2",
            Severity = Must,
            Profiles = Profiles.Rfc | Profiles.Okta,
            Needs = Needs.Groups,
            Why = "Some identity providers send members only when they create a group; dropped here, they never arrive.",
            Change = "Store the members of a POST with the group.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(2);
                var group = await run.Create(
                    "/Groups",
                    run.GroupJson($$"""{"members":[{"value":"{{users[0].Id}}"},{"value":"{{users[1].Id}}"}]}""")
                );
                await run.ExpectMembers(group, users);
            },
        },
        new()
        {
            Id = "groups.create.external-id",
            Title = "The externalId of a group is kept as it was sent",
            Rule = $"RFC 7643 §3.1; {Tutorial}",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Attributes = ["Group:externalId"],
            Why = "Entra puts the group's object id there, and many admins match groups by it.",
            Change = "Store and return externalId of groups unchanged.",
            Steps = async run =>
            {
                var externalId = run.NewGuid().ToUpperInvariant();
                var group = await run.Create("/Groups", run.GroupJson($$"""{"externalId":"{{externalId}}"}"""));
                (await run.Read(group)).Is("externalId", externalId);
            },
        },
        new()
        {
            Id = "groups.create.duplicate",
            Title = "A second group of the same name is refused with 409",
            Rule = "SCIM Validator 'Create a duplicate Group'",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Groups,
            Why = "Two groups of one name make every later match ambiguous (DuplicateTargetEntries): Entra then writes to neither.",
            Change = "Keep displayName of groups unique and answer 409.",
            Steps = async run =>
            {
                var first = await run.CreateGroup();
                (await run.Post("/Groups", run.GroupJson($$"""{"displayName":"{{first.Name}}"}"""))).Expect(409);
            },
        },
        new()
        {
            Id = "groups.create.duplicate-type",
            Title = "The refusal of a second group says scimType uniqueness",
            Rule = "RFC 7644 §3.3",
            Severity = Should,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Needs = Needs.Groups,
            Why = "With the type a client knows that the group is there already, and can adopt it instead of trying again.",
            Change = "Add \"scimType\":\"uniqueness\" to the error.",
            Steps = async run =>
            {
                var first = await run.CreateGroup();
                var reply = await run.Post("/Groups", run.GroupJson($$"""{"displayName":"{{first.Name}}"}"""));
                if (reply.IsSuccess)
                    throw new NotOffered("Two groups may have the same name on this server");
                if (reply.Status is not 409 || reply["status"] is null)
                    throw new Blocked("A second group of the same name is not refused with 409 and a SCIM error (groups.create.duplicate)");
                reply.Error(409, "uniqueness");
            },
        },
        new()
        {
            Id = "groups.create.duplicate-case",
            Title = "A second group whose name differs in letter case only is refused with 409",
            Rule = "SCIM Validator 'Filter for existing group different case'; RFC 7643 §4.2",
            Severity = Should,
            Profiles = Profiles.Entra,
            Needs = Needs.Groups,
            Why = "Entra looks a group up by its name in any letter case: with two of them the look-up is ambiguous.",
            Change = "Compare displayName of groups without letter case when you keep it unique.",
            Steps = async run =>
            {
                var first = await run.CreateGroup();
                await NamesAreUnique(run, first);
                (await run.Post("/Groups", run.GroupJson($$"""{"displayName":"{{first.Name.ToUpperInvariant()}}"}"""))).Expect(409);
            },
        },
        new()
        {
            Id = "groups.create.no-name",
            Title = "A group without a displayName is refused with 400",
            Rule = "RFC 7643 §4.2",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups,
            Why = "A group without a name cannot be found again by any client.",
            Change = "Require displayName of groups and answer 400 with scimType invalidValue.",
            Steps = async run =>
            {
                // Should a server accept the group, the clean-up finds it by the mark in externalId.
                var reply = await run.Post("/Groups", $$"""{"schemas":["{{SchemaUrn.Group}}"],"externalId":"{{run.NewName()}}"}""");
                reply.Expect(400);
            },
        },
    ];

    /// <exception cref="NotOffered">
    /// The server allows two groups of one name, as the RFC does. Another check reports that this is a problem for Entra.
    /// </exception>
    public static async Task NamesAreUnique(CheckRun run, CreatedResource first)
    {
        var second = await run.Post("/Groups", run.GroupJson($$"""{"displayName":"{{first.Name}}"}"""));
        if (second.IsSuccess)
            throw new NotOffered("Two groups may have the same name on this server (groups.create.duplicate)");
        if (second.Status is not 409)
            throw new Blocked($"A second group of the same name was answered {second.Summary} (groups.create.duplicate)");
    }
}
