using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>The look-ups by which Entra finds accounts, and the ways they may be written.</summary>
static class MatchChecks
{
    const string Entra = "entra-docs use-scim-to-provision-users-and-groups.md, customize-application-attributes.md";
    const string Duplicates = "An account that is not found is made a second time, or its creation fails with 409 in every cycle.";

    /// <param name="Filter">Fits the user alone.</param>
    sealed record Match(string Id, string Title, string Rule, Severity Severity, Func<Made, string> Filter, string Change);

    static readonly Match[] ByName =
    [
        new(
            "userName",
            "A user is found by userName, and nobody else with it",
            Entra,
            Must,
            Selection.Equal,
            "Apply the filter userName eq and return just the user who has the name."
        ),
        new(
            "userName.case",
            "userName is matched whatever its letter case",
            "RFC 7643 §4.1.1; SCIM Validator, filter for a different case",
            Must,
            user => $"userName eq \"{user.Name.ToUpperInvariant()}\"",
            "Compare userName without regard to case."
        ),
        new(
            "attribute.case",
            "Attribute names may be in any letter case",
            "RFC 7644 §3.4.2.2",
            Must,
            user => $"USERNAME eq \"{user.Name}\"",
            "Compare attribute names without regard to case."
        ),
        new(
            "operator.case",
            "Operators may be in any letter case",
            "RFC 7644 §3.4.2.2",
            Must,
            user => $"userName Eq \"{user.Name}\"",
            "Compare operators without regard to case."
        ),
        new(
            "attribute.urn",
            "An attribute may be written with the URN of its schema",
            "RFC 7644 §3.4.2.2, Figure 2; §3.10",
            Should,
            user => $"{Trial.UserSchema}:userName eq \"{user.Name}\"",
            "Split the name at the last colon and look it up in that schema."
        ),
        new(
            "id",
            "A user is found by id",
            "RFC 7644 §3.4.2.2; RFC 7643 §3.1",
            Should,
            user => $"id eq \"{user.Id}\"",
            "Let id be filtered as any other attribute."
        ),
        new(
            "brackets",
            "A condition may stand in brackets",
            "RFC 7644 §3.4.2.2, Table 5",
            Should,
            user => $"(userName eq \"{user.Name}\")",
            "Parse brackets as the grammar has it."
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from match in ByName select ByNameOnly(match),
        new(
            "filter.match.externalId",
            "A user is found by externalId",
            Entra + "; langwatch/langwatch#6973",
            Must,
            Profiles.Entra,
            async t =>
            {
                var externalId = t.NewName() + "-X";
                var user = await t.User($$"""{"externalId":"{{externalId}}"}""");
                await t.User();
                (await t.Find("/Users", $"externalId eq \"{externalId}\"")).Selects(user);
            }
        )
        {
            Why = Duplicates,
            Change = "Store externalId and let it be filtered.",
            Needs = Needs.Filter,
        },
        new(
            "filter.match.externalId.case",
            "externalId is matched exactly, letter case included",
            "RFC 7643 §3.1",
            Should,
            Profiles.Rfc,
            async t =>
            {
                var externalId = t.NewName() + "-X";
                await t.CanFilter(await t.User($$"""{"externalId":"{{externalId}}"}"""));
                (await t.Find("/Users", $"externalId eq \"{externalId.ToUpperInvariant()}\"")).Selects();
            }
        )
        {
            Why = "Two people whose external ids differ in case only would be taken for one.",
            Change = "Compare externalId as it is.",
            Needs = Needs.Filter,
        },
        new(
            "filter.match.id.case",
            "id is matched exactly, letter case included",
            "RFC 7643 §3.1",
            Advice,
            Profiles.Rfc,
            async t =>
            {
                var user = await t.User();
                if (!user.Id.Any(char.IsAsciiLetterLower))
                    throw new NotOffered("this server's ids have no small letters");
                await t.CanFilter(user);
                (await t.Find("/Users", $"id eq \"{user.Id.ToUpperInvariant()}\"")).Selects();
            }
        )
        {
            Why = "An id that is two ids leads to two links to one account.",
            Change = "Compare ids as they are.",
            Needs = Needs.Filter,
        },
        Email(
            "email",
            "A user is found by the work e-mail as Entra writes it",
            Should,
            (name, type) => $"emails[type eq \"{type}\"].value eq \"{name}@office.example\"",
            Entra
        ),
        Email(
            "email.case",
            "An e-mail is matched whatever its letter case",
            Should,
            (name, type) => $"emails[type eq \"{type}\"].value eq \"{name.ToUpperInvariant()}@Office.Example\"",
            "RFC 7643 §4.1.2, §8.7.1; SCIM Validator, filter for a different case"
        ),
        Email(
            "email.type-case",
            "The type of an e-mail is matched whatever its letter case",
            Should,
            (name, type) => $"emails[type eq \"{type.ToUpperInvariant()}\"].value eq \"{name}@office.example\"",
            "RFC 7643 §8.7.1: type is not case exact"
        ),
        new(
            "filter.match.manager",
            "The old look-up of a user with a manager is understood",
            "Microsoft's former SCIM tutorial: filter=id eq … and manager eq …&attributes=id",
            Advice,
            Profiles.Entra,
            async t =>
            {
                var boss = await t.User();
                var user = await t.User(
                    $$$"""{"schemas":["{{{Trial.UserSchema}}}","{{{Trial.EnterpriseSchema}}}"],"{{{Trial.EnterpriseSchema}}}":{"manager":{"value":"{{{boss.Id}}}"} } }"""
                );
                await t.CanNarrow(user);
                (await t.Find("/Users", $"id eq \"{user.Id}\" and manager eq \"{boss.Id}\"", "attributes=id")).Selects(user);
            }
        )
        {
            Why = "Older versions of Entra's client asked so before they changed a manager.",
            Change = "Let manager be filtered by the id of the manager.",
            Needs = Needs.Filter | Needs.EnterpriseUser,
            Attributes = ["EnterpriseUser:manager"],
        },
    ];

    static Check ByNameOnly(Match match) =>
        new(
            $"filter.match.{match.Id}",
            match.Title,
            match.Rule,
            match.Severity,
            Profiles.All,
            async t =>
            {
                var (user, _) = (await t.User(), await t.User());
                if (match.Id is not "userName")
                    await t.CanFilter(user);
                (await t.Find("/Users", match.Filter(user))).Selects(user);
            }
        )
        {
            Why = Duplicates,
            Change = match.Change,
            Needs = Needs.Filter,
        };

    // The other user has the address at home: it must not be found.
    static Check Email(string id, string title, Severity severity, Func<string, string, string> filter, string rule) =>
        new(
            $"filter.match.{id}",
            title,
            rule,
            severity,
            Profiles.Entra,
            async t =>
            {
                var name = t.NewName();
                var user = await t.User($$"""{"emails":[{"type":"work","value":"{{name}}@office.example"}]}""");
                await t.CanFilter(user);
                if (id is "email")
                    await t.User($$"""{"emails":[{"type":"home","value":"{{name}}@office.example"}]}""");
                else if ((await t.Find("/Users", $"emails[type eq \"work\"].value eq \"{name}@office.example\"")).Ids is not [_])
                    throw new Blocked("users are not found by their work e-mail");
                (await t.Find("/Users", filter(name, "work"))).Selects(user);
            }
        )
        {
            Why = "Admins may match by e-mail. " + Duplicates,
            Change =
                "Understand emails[type eq \"work\"].value eq \"…\", which Entra sends although RFC 7644's grammar does not have it, and compare addresses and types without regard to case.",
            Needs = Needs.Filter,
            Attributes = ["User:emails"],
        };
}
