using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary>userName is the name a user is matched by: unique, whatever its letter case, and made of any letters (RFC 7643 §4.1.1).</summary>
static class UserNameChecks
{
    // What user principal names hold: letters, digits and ' . - _ ! # ^ ~; other sources bring the rest.
    static readonly (string Id, string What, string Before, string After, Severity Severity)[] Letters =
    [
        ("apostrophe", "an apostrophe", "o'neil.", "@example.com", Must),
        ("guest", "#EXT#, as guests have it", "ada_contoso.com#EXT#", "@example.com", Should),
        ("marks", "an exclamation mark, ^, ~ and +", "a!b^c~d+", "@example.com", Should),
        ("slash", "a slash and a backslash", @"CORP\a/b", "", Should),
        ("percent", "a percent sign and an ampersand", "100%25&", "@example.com", Should),
        ("accents", "letters with accents", "zoë.łukasz.", "@münchen.example", Should),
        ("space", "a space inside", "Ada Lovelace ", "", Should),
        ("plain", "no @ at all", "ada-", "", Should),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            "users.create.duplicate",
            "A second user with the same userName is refused with 409 uniqueness",
            "RFC 7644 §3.3; SCIM Validator 'create duplicate user'",
            Must,
            Profiles.All,
            async t =>
            {
                var first = await t.User();
                var reply = await t.Post("/Users", t.UserJson($$"""{"userName":"{{first.Name}}"}"""));
                reply.Error(409, "uniqueness");
            }
        )
        {
            Why = "Two accounts of one name make every later match ambiguous (DuplicateTargetEntries): Entra then writes to neither.",
            Change = "Keep userName unique, and answer 409 with scimType uniqueness.",
        },
        new(
            "users.create.duplicate.letter-case",
            "A userName that differs in letter case only is a duplicate too",
            "RFC 7643 §4.1.1 (userName is not case-exact); SCIM Validator 'filter different case'",
            Must,
            Profiles.All,
            async t =>
            {
                var first = await t.User();
                (await t.Post("/Users", t.UserJson($$"""{"userName":"{{first.Name.ToUpperInvariant()}}"}"""))).Expect(409);
            }
        )
        {
            Why = "Sign-in names do not know upper and lower case: ADA@contoso.com and ada@contoso.com are one person with two accounts.",
            Change = "Compare userName without regard to letter case, for example with a unique index on its lower-case form.",
        },
        new(
            "users.create.duplicate.unharmed",
            "A refused duplicate leaves the first user as it was",
            "RFC 7644 §3.3",
            Must,
            Profiles.All,
            async t =>
            {
                var first = (await t.User("""{"displayName":"First"}""")).Holding("displayName");
                var active = (await t.Read(first))["active"];
                (await t.Post("/Users", t.UserJson($$"""{"userName":"{{first.Name}}","displayName":"Second","active":false}"""))).Refused();
                (await t.Read(first)).Is("displayName", "First").Is("active", active);
            }
        )
        {
            Why = "One person's account would be overwritten with the data of another who has the same name.",
            Change = "Check for a duplicate before anything is written, or in one transaction with the write.",
            Attributes = ["User:displayName"],
        },
        new(
            "users.create.external-id-shared",
            "Two users may have the same externalId",
            "RFC 7643 §3.1 (uniqueness is the client's affair); Entra's default mapping sends mailNickname as externalId",
            Should,
            Profiles.Rfc | Profiles.Entra,
            async t =>
            {
                var shared = $$"""{"externalId":"{{t.NewName()}}"}""";
                await t.User(shared);
                (await t.Post("/Users", t.UserJson(shared))).Success();
            }
        )
        {
            Why =
                "By default Entra sends the mail nickname as externalId, which two people can share: the second one is never provisioned.",
            Change = "Do not keep externalId unique, or at least let the admin switch it off.",
        },
        .. from row in Letters select Written(row.Id, row.What, row.Before, row.After, row.Severity),
    ];

    static Check Written(string id, string what, string before, string after, Severity severity) =>
        new(
            $"users.create.user-name.{id}",
            $"A userName with {what} is kept as it is",
            "RFC 7643 §4.1.1; Entra: userPrincipalName is the default userName",
            severity,
            Profiles.All,
            async t =>
            {
                var name = before + t.NewName() + after;
                var user = t.UserJson();
                user["userName"] = name;
                (await t.Post("/Users", user)).Shows().Is("userName", name);
            }
        )
        {
            Why = "People with such a name cannot be provisioned at all, or are created under another name and never found again.",
            Change = "Take userName as any text: it is no e-mail address and no file name, and it is stored as it comes.",
        };
}
