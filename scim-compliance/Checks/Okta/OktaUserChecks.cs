using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Okta.OktaClient;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Okta;

/// <summary>How Okta tests the connection, matches, creates, updates and deactivates users.</summary>
static class OktaUserChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "okta.connect.users",
            Title = "Okta's test of the connection gets a first page of at most two users",
            Rule = "docs.delinea.com Okta SCIM Endpoint Reference",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.IndexPaging,
            Why = "Okta does not save the connection.",
            Change = "Answer GET /Users?startIndex=1&count=2 with 200 and a list.",
            Steps = run => Page(run, "/Users?startIndex=1&count=2", 2),
        },
        new()
        {
            Id = "okta.match.found",
            Title = "Okta finds a user, with spaces as %20 and a page of 100",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Filter,
            Why = "Okta creates a user who is there already, and stops at the 409.",
            Change = "Read %20 and + alike as a space in a query.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                (await run.OktaGet(Match(user.Name))).Expect(200).Count("Resources", 1).Is("Resources[0].id", user.Id);
            },
        },
        new()
        {
            Id = "okta.match.none",
            Title = "Okta's search without a match is answered 200 with an empty list, or 404",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Filter,
            Why = "Okta takes another user for this one, or shows an error instead of creating the user.",
            Change = "Answer 200 with an empty list.",
            Steps = async run =>
            {
                var reply = (await run.OktaGet(Match(run.NewUserName()))).Expect(200, 404);
                reply.That(reply.Status is 404 || reply.Resources is [], "no resources", $"{reply.Resources.Count} resources");
            },
        },
        new()
        {
            Id = "okta.create.status",
            Title = "A user as Okta sends one is created with 201 and a body with an id",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Why = "An error, or an empty answer, shows up in Okta as a failed assignment.",
            Change = "Take password, empty groups and locale, and answer 201 with the whole user.",
            Steps = async run => (await run.OktaPost("/Users", run.OktaUser())).Expect(201).Has("id"),
        },
        new()
        {
            Id = "okta.create.password",
            Title = "A password is never shown",
            Rule = "RFC 7643 §4.1.1: password is returned never",
            Severity = Must,
            Profiles = Profiles.Okta,
            Why = "Everyone who may read users can read their passwords, and they end up in logs.",
            Change = "Never return password, in no answer.",
            Steps = async run =>
            {
                var body = run.OktaUser();
                var user = await run.Create("/Users", body);
                user.Reply.Lacks("password");
                (await run.Read(user)).Lacks("password");
            },
        },
        new()
        {
            Id = "okta.update.put",
            Title = "Okta updates by reading the user and sending the whole object back",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Attributes = ["User:name.givenName", "User:name.middleName"],
            Why = "No profile change ever reaches the app.",
            Change = "Take what you returned yourself, with id, meta and groups in it, and answer 200 with the user.",
            Steps = async run =>
            {
                var (user, whole) = await Whole(run);
                whole["name"] = new JsonObject
                {
                    ["givenName"] = "Another",
                    ["middleName"] = "Excited",
                    ["familyName"] = "User",
                };
                (await run.OktaPut(user, whole)).Expect(200).Is("id", user.Id);
                (await run.Read(user)).Is("name.givenName", "Another").Is("name.middleName", "Excited");
            },
        },
        new()
        {
            Id = "okta.update.put-removed",
            Title = "What is not in the object that is sent back is gone",
            Rule = "RFC 7644 §3.5.1",
            Severity = Should,
            Profiles = Profiles.Okta,
            Attributes = ["User:displayName"],
            Why = "A value that was cleared in Okta stays in the app.",
            Change = "Clear on PUT what the client does not send, except for attributes that are readOnly or required.",
            Steps = async run =>
            {
                var (user, whole) = await Whole(run);
                whole.Remove("displayName");
                (await run.OktaPut(user, whole)).RequireSuccess();
                (await run.Read(user)).Lacks("displayName");
            },
        },
        new()
        {
            Id = "okta.update.put-groups",
            Title = "An empty list of groups in an update removes no membership",
            Rule = "RFC 7643 §4.1.2: groups is readOnly",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Groups,
            Why = "Every profile change takes the user out of all groups.",
            Change = "Ignore groups in every write of a user.",
            Steps = async run =>
            {
                var (user, whole) = await Whole(run);
                var group = await run.CreateGroup(user);
                whole["groups"] = new JsonArray();
                (await run.OktaPut(user, whole)).RequireSuccess();
                await run.ExpectMembers(group, user);
            },
        },
        new()
        {
            Id = "okta.deactivate.patch",
            Title = "Okta deactivates without a path",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch,
            Why = "A user who was unassigned keeps access.",
            Change = """Carry out {"op":"replace","value":{"active":false}}.""",
            Steps = run => Activate(run, true, false),
        },
        new()
        {
            Id = "okta.reactivate.patch",
            Title = "Okta activates again without a path",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Patch,
            Why = "A person who comes back gets no access.",
            Change = """Carry out {"op":"replace","value":{"active":true}}.""",
            Steps = run => Activate(run, false, true),
        },
        new()
        {
            Id = "okta.deactivate.put",
            Title = "Okta deactivates by an update with active false",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Why = "A user who was unassigned keeps access: apps made with Okta's wizard are never sent a PATCH for it.",
            Change = "Take active in a PUT as any other attribute.",
            Steps = async run =>
            {
                var (user, whole) = await Whole(run);
                whole["active"] = false;
                (await run.OktaPut(user, whole)).Expect(200);
                (await run.Read(user)).Is("active", false);
            },
        },
        new()
        {
            Id = "okta.import.page",
            Title = "An import reads a first page of a hundred, with numbers as numbers",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.IndexPaging,
            Why = "Okta cannot import the users who are there.",
            Change = "Return totalResults, startIndex and itemsPerPage as integers, and no more than count asks for.",
            Steps = run => Page(run, "/Users?startIndex=1&count=100", 100),
        },
        new()
        {
            Id = "okta.import.walk",
            Title = "Page after page brings every user exactly once",
            Rule = Reference,
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Filter | Needs.IndexPaging,
            Why = "An import loses some people and doubles others, different ones each time.",
            Change = "Sort by something that does not change, such as the id, before you cut pages.",
            Steps = async run =>
            {
                var stem = run.NewName() + "-page-";
                var users = new List<CreatedResource>();
                foreach (var at in Enumerable.Range(0, 5))
                    users.Add(await run.CreateUser($$"""{"userName":"{{stem}}{{at}}@example.com"}"""));
                var seen = new List<string>();
                for (var at = 1; at <= 9 && seen.Count < 5; at += 2)
                {
                    var page = (
                        await run.OktaGet($"/Users?filter={Uri.EscapeDataString($"userName sw \"{stem}\"")}&startIndex={at}&count=2")
                    )
                        .OrNotOffered()
                        .RequireSuccess();
                    seen.AddRange(page.Resources.Select(resource => resource.At("id").Text()));
                }
                var missing = users.Count(user => seen.Count(id => id == user.Id) is not 1);
                if (missing > 0)
                    throw new CheckFailed("each of 5 users is on one of the pages", $"{missing} are on none or on several");
            },
        },
        new()
        {
            Id = "onelogin.match",
            Title = "OneLogin finds a user, with an empty User-Agent and a media type without charset",
            Rule = "goauthentik/authentik#11249",
            Severity = Must,
            Profiles = Profiles.Okta,
            Needs = Needs.Filter,
            Why = "The client is refused before its request is read.",
            Change = "Ask nothing of User-Agent and charset.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var reply = await run.Get(
                    $"/Users?filter={Uri.EscapeDataString($"userName eq \"{user.Name}\"")}",
                    ("Accept", "application/scim+json"),
                    ("User-Agent", " ")
                );
                reply.Expect(200).Count("Resources", 1).Is("Resources[0].id", user.Id);
            },
        },
        new()
        {
            Id = "authentik.update.put",
            Title = "authentik updates a user with PUT and schemas in any order",
            Rule = "goauthentik/authentik#16678",
            Severity = Should,
            Profiles = Profiles.Okta,
            Needs = Needs.EnterpriseUser,
            Attributes = ["User:displayName"],
            Why = "No profile change ever reaches the app.",
            Change = "Offer PUT on users, and look for a URN in schemas instead of comparing the list.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var body = run.UserJson(
                    $$"""
                    {"schemas":["{{SchemaUrn.EnterpriseUser}}","{{SchemaUrn.User}}"],
                    "userName":"{{user.Name}}","displayName":"By authentik","groups":[]}
                    """
                );
                (await run.Put(user.Path, body, ("Content-Type", "application/scim+json"))).Expect(200);
                (await run.Read(user)).Is("displayName", "By authentik");
            },
        },
    ];

    public static async Task Page(CheckRun run, string path, int most)
    {
        var reply = (await run.OktaGet(path)).Expect(200);
        foreach (var number in (string[])["totalResults", "startIndex", "itemsPerPage"])
            if (reply[number] is { } value)
                reply.That(
                    value.GetValueKind() is JsonValueKind.Number && value is JsonValue json && json.TryGetValue<int>(out _),
                    $"{number} is an integer",
                    Reply.Describe(value)
                );
        reply.That(reply.TotalResults >= 0, "totalResults is an integer", Reply.Describe(reply["totalResults"]));
        reply.That(reply.Resources.Count <= most, $"at most {most} resources", $"{reply.Resources.Count}");
    }

    static string Match(string name) => $"/Users?filter={Uri.EscapeDataString($"userName eq \"{name}\"")}&startIndex=1&count=100";

    static async Task Activate(CheckRun run, bool before, bool after)
    {
        var user = await run.CreateUser($$"""{"active":{{(before ? "true" : "false")}}}""");
        (await run.OktaPatch(user, $$$"""{"op":"replace","value":{"active":{{{(after ? "true" : "false")}}}}}""")).Expect(200, 204);
        (await run.Read(user)).Is("active", after);
    }

    // As Okta does: create, read, and send back what was read.
    static async Task<(CreatedResource User, JsonObject Whole)> Whole(CheckRun run)
    {
        var user = await run.Create("/Users", run.OktaUser());
        return (user, (await run.Read(user)).Json!.DeepClone().AsObject());
    }
}
