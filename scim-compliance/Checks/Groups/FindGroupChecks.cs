using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Groups;

/// <summary>How Entra matches groups: <c>GET /Groups?excludedAttributes=members&amp;filter=…</c> (RFC 7644 §3.4.2.2).</summary>
static class FindGroupChecks
{
    const string Tutorial = "entra-docs use-scim-to-provision-users-and-groups.md";

    /// <summary>Ends of names that break simple filter parsers.</summary>
    static readonly (string Id, string Title, Severity Severity, string Name)[] Names =
    [
        ("quote", "quotation marks", Must, " the \"A\" team"),
        ("backslash", "a backslash", Must, @" DOMAIN\Sales"),
        ("captured", "every special character at once", Should, "!@#$%^&*()_+=-{}][\":;'/.,?\\1"),
        ("apostrophe", "an apostrophe", Must, " O'Neil's"),
        ("accents", "letters of other alphabets", Must, " Zoë, Ærø, Москва, 東京"),
        ("url", "characters that mean something in an address", Must, " R&D + 100 % #1"),
        ("words", "words of the filter language", Must, " not eq and or (pr)"),
        ("emoji", "an emoji", Should, " 🚀 launch"),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "groups.filter.name",
            Title = "A group is found by its displayName, and alone",
            Rule = $"{Tutorial}; SCIM Validator 'Filter for an existing group'",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Filter,
            Why =
                "Entra finds groups by name before it creates them. Not found, they are created twice; more than one found, "
                + "nothing is written.",
            Change = "Filter groups by displayName, and return what matches only.",
            Steps = async run =>
            {
                var (group, _) = (await run.CreateGroup(), await run.CreateGroup());
                ExpectFound(await run.Find("/Groups", $"displayName eq \"{group.Name}\""), group);
            },
        },
        NoMatch(
            id: "groups.filter.name-none",
            title: "A name that no group has is answered 200 with an empty list",
            rule: "SCIM Validator 'Filter for a non-existing group'",
            attribute: "displayName"
        ),
        new()
        {
            Id = "groups.filter.name-case",
            Title = "A group is found by its displayName in any letter case",
            Rule = "SCIM Validator 'Filter for existing group different case'; RFC 7643 §4.2",
            Severity = Must,
            Profiles = Profiles.Entra | Profiles.Rfc,
            Needs = Needs.Groups | Needs.Filter,
            Why = "A group that exists under the same name in other letters is not matched, and a second one is created.",
            Change = "Compare displayName without letter case.",
            Steps = async run =>
            {
                var group = await run.CreateGroup();
                ExpectFound(await run.Find("/Groups", $"displayName eq \"{group.Name.ToUpperInvariant()}\""), group);
            },
        },
        new()
        {
            Id = "groups.filter.excluded-members",
            Title = "The request by which Entra matches a group finds it, without its members",
            Rule = $"{Tutorial}; SCIM Validator 'Filter for existing group excluding members'",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Groups | Needs.Filter,
            Why =
                "With members in it the answer grows with the group, until Entra gives up on it (MultipleEntriesInResponse is one "
                + "way it shows).",
            Change = "Leave out the attributes named in excludedAttributes from lists too.",
            Steps = async run =>
            {
                var group = await run.CreateGroup(await run.CreateUser());
                var reply = await run.Find("/Groups", $"displayName eq \"{group.Name}\"", "excludedAttributes=members");
                ExpectFound(reply, group);
                reply.Lacks("Resources[0].members");
            },
        },
        new()
        {
            Id = "groups.filter.external-id",
            Title = "A group is found by its externalId, and alone",
            Rule = "rancher/rancher#54869; RFC 7643 §3.1",
            Severity = Must,
            Profiles = Profiles.Entra | Profiles.Rfc,
            Needs = Needs.Groups | Needs.Filter,
            Attributes = ["Group:externalId"],
            Why =
                "Many admins match groups by their object id, because names change. "
                + "Without the filter every cycle ends in duplicates or errors.",
            Change = "Filter groups by externalId, and index it.",
            Steps = async run =>
            {
                var externalId = run.NewGuid();
                var group = await run.Create("/Groups", run.GroupJson($$"""{"externalId":"{{externalId}}"}"""));
                ExpectFound(await run.Find("/Groups", $"externalId eq \"{externalId}\""), group);
            },
        },
        NoMatch(
            id: "groups.filter.external-id-none",
            title: "An externalId that no group has is answered 200 with an empty list",
            rule: "goauthentik/authentik#25987",
            attributes: ["Group:externalId"],
            attribute: "externalId"
        ),
        new()
        {
            Id = "groups.filter.external-id-case",
            Title = "externalId is compared with its letter case",
            Rule = "RFC 7643 §3.1: externalId is caseExact",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Groups | Needs.Filter,
            Attributes = ["Group:externalId"],
            Why = "Two directories may use ids that differ in letter case only; the wrong group is then changed.",
            Change = "Compare externalId exactly.",
            Steps = async run =>
            {
                var externalId = run.NewName() + "-aBc";
                _ = await run.Create("/Groups", run.GroupJson($$"""{"externalId":"{{externalId}}"}"""));
                var reply = (await run.Find("/Groups", $"externalId eq \"{externalId.ToUpperInvariant()}\"")).RequireSuccess();
                reply.That(reply.Resources is [], "no group is found by the externalId in other letters", $"{reply.Resources.Count} are");
            },
        },
        new()
        {
            Id = "groups.filter.renamed",
            Title = "A renamed group is found by its new name only",
            Rule = "RFC 7644 §3.4.2.2",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Filter | Needs.Patch,
            Why = "A new group that takes the old name is matched with the renamed one.",
            Change = "Keep the index of names in step with every write.",
            Steps = async run =>
            {
                var (group, name) = (await run.CreateGroup(), run.NewName());
                (await run.Patch(group, $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""")).RequireSuccess();
                ExpectFound(await run.Find("/Groups", $"displayName eq \"{name}\""), group);
                var old = (await run.Find("/Groups", $"displayName eq \"{group.Name}\"")).RequireSuccess();
                old.That(old.Resources is [], "nothing is found by the old name", $"{old.Resources.Count} groups are");
            },
        },
        .. from row in Names select OddName(row.Id, row.Title, row.Severity, row.Name),
    ];

    static void ExpectFound(Reply reply, CreatedResource group) =>
        reply
            .Expect(200)
            .That(
                reply.Resources is [var only] && only.At("id").Text() == group.Id,
                $"the group {group.Name} is found, and no other",
                $"{reply.Resources.Count} are found"
            );

    static Check NoMatch(string id, string attribute, string title, string rule, params string[] attributes) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Filter,
            Attributes = attributes,
            Why =
                "An error keeps Entra from creating the group, and can put the whole job into quarantine. "
                + "When another group is returned, Entra changes that one.",
            Change = "Answer a filter that matches nothing with 200 and an empty list, never with 404, 400 or everything.",
            Steps = async run =>
            {
                var reply = (await run.Find("/Groups", $"{attribute} eq \"{run.NewGuid()}\"")).Expect(200);
                reply.That(reply.Resources is [], "no resources", $"{reply.Resources.Count}");
            },
        };

    static Check OddName(string id, string title, Severity severity, string name) =>
        new()
        {
            Id = $"groups.filter.odd-name.{id}",
            Title = $"A group whose name holds {title} is created and found again",
            Rule = "RFC 7644 §3.4.2.2: values are JSON strings; Captain-P-Goldfish/SCIM-SDK#913",
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Filter,
            Why = "Such a group is created again in every cycle, or every request about it fails: people do give their groups such names.",
            Change = "Read the value of a filter as a JSON string, after decoding the address once, and compare it as it is.",
            Steps = async run =>
            {
                var full = run.NewName() + name;
                var body = run.GroupJson();
                body["displayName"] = full;
                var reply = await run.Post("/Groups", body);
                if (reply.Status is 400)
                    throw new NotOffered($"The server takes no group of this name: {reply.Summary}");
                reply.Success().Is("displayName", full);
                var escaped = full.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
                ExpectFound(
                    await run.Find("/Groups", $"displayName eq \"{escaped}\"", "excludedAttributes=members"),
                    new("", reply["id"].Text(), full, reply)
                );
            },
        };
}
