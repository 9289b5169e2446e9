using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>The filters by which Entra finds accounts, in every form in which they may be written.</summary>
static class MatchChecks
{
    const string Entra = "entra-docs use-scim-to-provision-users-and-groups.md, customize-application-attributes.md";
    const string Duplicates = "An account that is not found is created a second time, or its creation fails with 409 in every cycle.";

    sealed record MatchCase
    {
        public required string Id { get; init; }

        public required string Title { get; init; }

        public required string Rule { get; init; }

        public required Severity Severity { get; init; }

        public required string Change { get; init; }

        /// <summary>A filter that matches only this user.</summary>
        public required Func<CreatedResource, string> Filter { get; init; }
    }

    static readonly MatchCase[] ByName =
    [
        new()
        {
            Id = "filter.match.userName",
            Title = "A user is found by userName, and no other user",
            Rule = Entra,
            Severity = Must,
            Change = "Apply the filter userName eq and return just the user who has the name.",
            Filter = Queries.UserNameIs,
        },
        new()
        {
            Id = "filter.match.userName.case",
            Title = "userName is matched whatever its letter case",
            Rule = "RFC 7643 §4.1.1; SCIM Validator, filter for a different case",
            Severity = Must,
            Change = "Compare userName without regard to case.",
            Filter = user => $"userName eq \"{user.Name.ToUpperInvariant()}\"",
        },
        new()
        {
            Id = "filter.match.attribute.case",
            Title = "Attribute names may be in any letter case",
            Rule = "RFC 7644 §3.4.2.2",
            Severity = Must,
            Change = "Compare attribute names without regard to case.",
            Filter = user => $"USERNAME eq \"{user.Name}\"",
        },
        new()
        {
            Id = "filter.match.operator.case",
            Title = "Operators may be in any letter case",
            Rule = "RFC 7644 §3.4.2.2",
            Severity = Must,
            Change = "Compare operators without regard to case.",
            Filter = user => $"userName Eq \"{user.Name}\"",
        },
        new()
        {
            Id = "filter.match.attribute.urn",
            Title = "An attribute may be written with the URN of its schema",
            Rule = "RFC 7644 §3.4.2.2, Figure 2; §3.10",
            Severity = Should,
            Change = "Split the name at the last colon and look it up in that schema.",
            Filter = user => $"{SchemaUrn.User}:userName eq \"{user.Name}\"",
        },
        new()
        {
            Id = "filter.match.id",
            Title = "A user is found by id",
            Rule = "RFC 7644 §3.4.2.2; RFC 7643 §3.1",
            Severity = Should,
            Change = "Let id be filtered as any other attribute.",
            Filter = user => $"id eq \"{user.Id}\"",
        },
        new()
        {
            Id = "filter.match.brackets",
            Title = "A condition may stand in brackets",
            Rule = "RFC 7644 §3.4.2.2, Table 5",
            Severity = Should,
            Change = "Parse brackets as the grammar has it.",
            Filter = user => $"(userName eq \"{user.Name}\")",
        },
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from match in ByName select ToCheck(match),
        new()
        {
            Id = "filter.match.externalId",
            Title = "A user is found by externalId",
            Rule = Entra + "; langwatch/langwatch#6973",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Filter,
            Why = Duplicates,
            Change = "Store externalId and let it be filtered.",
            Steps = async run =>
            {
                var externalId = run.NewName() + "-X";
                var user = await run.CreateUser($$"""{"externalId":"{{externalId}}"}""");
                await run.CreateUser();
                (await run.Find("/Users", $"externalId eq \"{externalId}\"")).ExpectOnly(user);
            },
        },
        new()
        {
            Id = "filter.match.externalId.case",
            Title = "externalId is matched exactly, letter case included",
            Rule = "RFC 7643 §3.1",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Filter,
            Why = "Two people whose external ids differ in case only would be taken for one.",
            Change = "Compare externalId as it is.",
            Steps = async run =>
            {
                var externalId = run.NewName() + "-X";
                await run.RequireFiltering(await run.CreateUser($$"""{"externalId":"{{externalId}}"}"""));
                (await run.Find("/Users", $"externalId eq \"{externalId.ToUpperInvariant()}\"")).ExpectOnly();
            },
        },
        new()
        {
            Id = "filter.match.id.case",
            Title = "id is matched exactly, letter case included",
            Rule = "RFC 7643 §3.1",
            Severity = Advice,
            Profiles = Profiles.Rfc,
            Needs = Needs.Filter,
            Why = "An id that is two ids leads to two links to one account.",
            Change = "Compare ids as they are.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                if (!user.Id.Any(char.IsAsciiLetterLower))
                    throw new NotOffered("this server's ids have no small letters");
                await run.RequireFiltering(user);
                (await run.Find("/Users", $"id eq \"{user.Id.ToUpperInvariant()}\"")).ExpectOnly();
            },
        },
        Email(
            id: "filter.match.email",
            title: "A user is found by the work e-mail as Entra writes it",
            rule: Entra,
            severity: Should,
            isFirst: true,
            filter: (name, type) => $"emails[type eq \"{type}\"].value eq \"{name}@office.example\""
        ),
        Email(
            id: "filter.match.email.case",
            title: "An e-mail is matched whatever its letter case",
            rule: "RFC 7643 §4.1.2, §8.7.1; SCIM Validator, filter for a different case",
            severity: Should,
            filter: (name, type) => $"emails[type eq \"{type}\"].value eq \"{name.ToUpperInvariant()}@Office.Example\""
        ),
        Email(
            id: "filter.match.email.type-case",
            title: "The type of an e-mail is matched whatever its letter case",
            rule: "RFC 7643 §8.7.1: type is not case exact",
            severity: Should,
            filter: (name, type) => $"emails[type eq \"{type.ToUpperInvariant()}\"].value eq \"{name}@office.example\""
        ),
        new()
        {
            Id = "filter.match.manager",
            Title = "The old look-up of a user with a manager is understood",
            Rule = "Microsoft's former SCIM tutorial: filter=id eq … and manager eq …&attributes=id",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Needs = Needs.Filter | Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
            Why = "Older versions of Entra's client asked so before they changed a manager.",
            Change = "Let manager be filtered by the id of the manager.",
            Steps = async run =>
            {
                var boss = await run.CreateUser();
                var user = await run.CreateUser(
                    $$$"""
                    {"schemas":["{{{SchemaUrn.User}}}","{{{SchemaUrn.EnterpriseUser}}}"],
                    "{{{SchemaUrn.EnterpriseUser}}}":{"manager":{"value":"{{{boss.Id}}}"} } }
                    """
                );
                await run.RequireFilteringWithAnd(user);
                (await run.Find("/Users", $"id eq \"{user.Id}\" and manager eq \"{boss.Id}\"", "attributes=id")).ExpectOnly(user);
            },
        },
    ];

    static Check ToCheck(MatchCase match) =>
        new()
        {
            Id = match.Id,
            Title = match.Title,
            Rule = match.Rule,
            Severity = match.Severity,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Why = Duplicates,
            Change = match.Change,
            Steps = async run =>
            {
                var (user, _) = (await run.CreateUser(), await run.CreateUser());
                if (match.Id is not "filter.match.userName")
                    await run.RequireFiltering(user);
                (await run.Find("/Users", match.Filter(user))).ExpectOnly(user);
            },
        };

    /// <param name="isFirst">
    /// The check that a user is found by the work e-mail at all: another user has the same address as home e-mail and must not be found.
    /// </param>
    static Check Email(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<string, string, string> filter,
        bool isFirst = false
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.Entra,
            Needs = Needs.Filter,
            Attributes = ["User:emails"],
            Why = "Admins may match by e-mail. " + Duplicates,
            Change =
                "Understand emails[type eq \"work\"].value eq \"…\", which Entra sends although RFC 7644's grammar does not have it, "
                + "and compare addresses and types without regard to case.",
            Steps = async run =>
            {
                var name = run.NewName();
                var user = await run.CreateUser($$"""{"emails":[{"type":"work","value":"{{name}}@office.example"}]}""");
                await run.RequireFiltering(user);
                if (isFirst)
                    await run.CreateUser($$"""{"emails":[{"type":"home","value":"{{name}}@office.example"}]}""");
                else if ((await run.Find("/Users", $"emails[type eq \"work\"].value eq \"{name}@office.example\"")).Ids is not [_])
                    throw new Blocked("users are not found by their work e-mail");
                (await run.Find("/Users", filter(name, "work"))).ExpectOnly(user);
            },
        };
}
