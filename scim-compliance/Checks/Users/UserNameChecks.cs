using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary>
/// Entra matches users by userName: it is unique, its letter case does not matter, and it may contain any letters (RFC 7643 §4.1.1).
/// </summary>
static class UserNameChecks
{
    // User principal names hold letters, digits and ' . - _ ! # ^ ~; names from other sources hold the rest.
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
        new()
        {
            Id = "users.create.duplicate",
            Title = "A second user with the same userName is refused with 409 uniqueness",
            Rule = "RFC 7644 §3.3; SCIM Validator 'create duplicate user'",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Two accounts of one name make every later match ambiguous (DuplicateTargetEntries): Entra then writes to neither.",
            Change = "Keep userName unique, and answer 409 with scimType uniqueness.",
            Steps = async run =>
            {
                var first = await run.CreateUser();
                var reply = await run.Post("/Users", run.UserJson($$"""{"userName":"{{first.Name}}"}"""));
                reply.Error(409, "uniqueness");
            },
        },
        new()
        {
            Id = "users.create.duplicate.letter-case",
            Title = "A userName that differs in letter case only is a duplicate too",
            Rule = "RFC 7643 §4.1.1 (userName is not case-exact); SCIM Validator 'filter different case'",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Sign-in names do not know upper and lower case: ADA@contoso.com and ada@contoso.com are one person with two accounts.",
            Change = "Compare userName without regard to letter case, for example with a unique index on its lower-case form.",
            Steps = async run =>
            {
                var first = await run.CreateUser();
                (await run.Post("/Users", run.UserJson($$"""{"userName":"{{first.Name.ToUpperInvariant()}}"}"""))).Expect(409);
            },
        },
        new()
        {
            Id = "users.create.duplicate.unharmed",
            Title = "A refused duplicate leaves the first user as it was",
            Rule = "RFC 7644 §3.3",
            Severity = Must,
            Profiles = Profiles.All,
            Attributes = ["User:displayName"],
            Why = "One person's account would be overwritten with the data of another who has the same name.",
            Change = "Check for a duplicate before anything is written, or in one transaction with the write.",
            Steps = async run =>
            {
                var first = (await run.CreateUser("""{"displayName":"First"}""")).RequireKept("displayName");
                var active = (await run.Read(first))["active"];
                (
                    await run.Post("/Users", run.UserJson($$"""{"userName":"{{first.Name}}","displayName":"Second","active":false}"""))
                ).RequireRefusal();
                (await run.Read(first)).Is("displayName", "First").Is("active", active);
            },
        },
        new()
        {
            Id = "users.create.external-id-shared",
            Title = "Two users may have the same externalId",
            Rule = "RFC 7643 §3.1 (uniqueness is the client's affair); Entra's default mapping sends mailNickname as externalId",
            Severity = Should,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Why =
                "By default Entra sends the mail nickname as externalId, which two people can share: the second one is never provisioned.",
            Change = "Do not keep externalId unique, or at least let the admin switch it off.",
            Steps = async run =>
            {
                var shared = $$"""{"externalId":"{{run.NewName()}}"}""";
                await run.CreateUser(shared);
                (await run.Post("/Users", run.UserJson(shared))).Success();
            },
        },
        .. from row in Letters select KeptName(row.Id, row.What, row.Before, row.After, row.Severity),
    ];

    static Check KeptName(string id, string what, string before, string after, Severity severity) =>
        new()
        {
            Id = $"users.create.user-name.{id}",
            Title = $"A userName with {what} is kept as it is",
            Rule = "RFC 7643 §4.1.1; Entra: userPrincipalName is the default userName",
            Severity = severity,
            Profiles = Profiles.All,
            Why = "People with such a name cannot be provisioned at all, or are created under another name and never found again.",
            Change = "Take userName as any text: it is no e-mail address and no file name, and it is stored as it comes.",
            Steps = async run =>
            {
                var name = before + run.NewName() + after;
                var user = run.UserJson();
                user["userName"] = name;
                (await run.Post("/Users", user)).SuccessWithResource().Is("userName", name);
            },
        };
}
