using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Wire;
using static ScimCompliance.Checks.Okta.OktaClient;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Okta;

/// <summary>How Okta tests the connection, matches, creates, updates and deactivates users.</summary>
static class OktaUserChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Of(
            "okta.connect.users",
            "Okta's test of the connection gets a first page of at most two users",
            "docs.delinea.com Okta SCIM Endpoint Reference",
            Must,
            t => Page(t, "/Users?startIndex=1&count=2", 2),
            "Okta does not save the connection.",
            "Answer GET /Users?startIndex=1&count=2 with 200 and a list.",
            Needs.IndexPaging
        ),
        Of(
            "okta.match.found",
            "Okta finds a user, with spaces as %20 and a page of 100",
            Reference,
            Must,
            async t =>
            {
                var user = await t.User();
                (await t.OktaGet(Match(user.Name))).Expect(200).Count("Resources", 1).Is("Resources[0].id", user.Id);
            },
            "Okta creates a user who is there already, and stops at the 409.",
            "Read %20 and + alike as a space in a query.",
            Needs.Filter
        ),
        Of(
            "okta.match.none",
            "Okta finds nobody: 200 with an empty list, or 404",
            Reference,
            Must,
            async t =>
            {
                var reply = (await t.OktaGet(Match(t.NewUserName()))).Expect(200, 404);
                reply.That(reply.Status is 404 || reply.Resources is [], "no resources", $"{reply.Resources.Count} resources");
            },
            "Okta takes somebody else for the user, or shows an error instead of creating the user.",
            "Answer 200 with an empty list.",
            Needs.Filter
        ),
        Of(
            "okta.create.status",
            "A user as Okta sends one is created with 201 and a body with an id",
            Reference,
            Must,
            async t => (await t.OktaPost("/Users", t.OktaUser())).Expect(201).Has("id"),
            "An error, or an empty answer, shows up in Okta as a failed assignment.",
            "Take password, empty groups and locale, and answer 201 with the whole user."
        ),
        Of(
            "okta.create.password",
            "A password is never shown",
            "RFC 7643 §4.1.1: password is returned never",
            Must,
            async t =>
            {
                var body = t.OktaUser();
                var user = await t.Make("/Users", body);
                user.Reply.Lacks("password");
                (await t.Read(user)).Lacks("password");
            },
            "Whoever may read users reads their passwords, and so does every log on the way.",
            "Never return password, in no answer."
        ),
        Of(
            "okta.update.put",
            "Okta updates by reading the user and sending the whole object back",
            Reference,
            Must,
            async t =>
            {
                var (user, whole) = await Whole(t);
                whole["name"] = new JsonObject
                {
                    ["givenName"] = "Another",
                    ["middleName"] = "Excited",
                    ["familyName"] = "User",
                };
                (await t.OktaPut(user, whole)).Expect(200).Is("id", user.Id);
                (await t.Read(user)).Is("name.givenName", "Another").Is("name.middleName", "Excited");
            },
            "No profile change ever reaches the app.",
            "Take what you returned yourself, with id, meta and groups in it, and answer 200 with the user.",
            Needs.Nothing,
            "User:name.givenName",
            "User:name.middleName"
        ),
        Of(
            "okta.update.put-removed",
            "What is not in the object that is sent back is gone",
            "RFC 7644 §3.5.1",
            Should,
            async t =>
            {
                var (user, whole) = await Whole(t);
                whole.Remove("displayName");
                (await t.OktaPut(user, whole)).Prepared();
                (await t.Read(user)).Lacks("displayName");
            },
            "A value that was cleared in Okta stays in the app.",
            "Clear on PUT what the client does not send, except for attributes that are readOnly or required.",
            Needs.Nothing,
            "User:displayName"
        ),
        Of(
            "okta.update.put-groups",
            "Empty groups in an update take nobody out of a group",
            "RFC 7643 §4.1.2: groups is readOnly",
            Must,
            async t =>
            {
                var (user, whole) = await Whole(t);
                var group = await t.Group(user);
                whole["groups"] = new JsonArray();
                (await t.OktaPut(user, whole)).Prepared();
                await t.Holds(group, user);
            },
            "Every profile change takes the user out of all groups.",
            "Ignore groups in every write of a user.",
            Needs.Groups
        ),
        Of(
            "okta.deactivate.patch",
            "Okta deactivates without a path",
            Reference,
            Must,
            t => Activate(t, true, false),
            "Who was unassigned keeps access.",
            """Carry out {"op":"replace","value":{"active":false}}.""",
            Needs.Patch
        ),
        Of(
            "okta.reactivate.patch",
            "Okta activates again without a path",
            Reference,
            Must,
            t => Activate(t, false, true),
            "Who comes back gets no access.",
            """Carry out {"op":"replace","value":{"active":true}}.""",
            Needs.Patch
        ),
        Of(
            "okta.deactivate.put",
            "Okta deactivates by an update with active false",
            Reference,
            Must,
            async t =>
            {
                var (user, whole) = await Whole(t);
                whole["active"] = false;
                (await t.OktaPut(user, whole)).Expect(200);
                (await t.Read(user)).Is("active", false);
            },
            "Who was unassigned keeps access: apps made with Okta's wizard are never sent a PATCH for it.",
            "Take active in a PUT as any other attribute."
        ),
        Of(
            "okta.import.page",
            "An import reads a first page of a hundred, with numbers as numbers",
            Reference,
            Must,
            t => Page(t, "/Users?startIndex=1&count=100", 100),
            "Okta cannot import the users who are there.",
            "Return totalResults, startIndex and itemsPerPage as integers, and no more than count asks for.",
            Needs.IndexPaging
        ),
        Of(
            "okta.import.walk",
            "Page after page brings every user exactly once",
            Reference,
            Must,
            async t =>
            {
                var stem = t.NewName() + "-page-";
                var users = new List<Made>();
                foreach (var at in Enumerable.Range(0, 5))
                    users.Add(await t.User($$"""{"userName":"{{stem}}{{at}}@example.com"}"""));
                var seen = new List<string>();
                for (var at = 1; at <= 9 && seen.Count < 5; at += 2)
                {
                    var page = (await t.OktaGet($"/Users?filter={Uri.EscapeDataString($"userName sw \"{stem}\"")}&startIndex={at}&count=2"))
                        .Comparable()
                        .Prepared();
                    seen.AddRange(page.Resources.Select(resource => resource.At("id").Text()));
                }
                var missing = users.Count(user => seen.Count(id => id == user.Id) is not 1);
                if (missing > 0)
                    throw new Broken("each of 5 users is on one of the pages", $"{missing} are on none or on several");
            },
            "An import loses people or doubles them, each time others.",
            "Sort by something that does not change, such as the id, before you cut pages.",
            Needs.Filter | Needs.IndexPaging
        ),
        Of(
            "onelogin.match",
            "OneLogin finds a user, with an empty User-Agent and a media type without charset",
            "goauthentik/authentik#11249",
            Must,
            async t =>
            {
                var user = await t.User();
                var reply = await t.Get(
                    $"/Users?filter={Uri.EscapeDataString($"userName eq \"{user.Name}\"")}",
                    ("Accept", "application/scim+json"),
                    ("User-Agent", " ")
                );
                reply.Expect(200).Count("Resources", 1).Is("Resources[0].id", user.Id);
            },
            "The client is turned away before it is understood.",
            "Ask nothing of User-Agent and charset.",
            Needs.Filter
        ),
        Of(
            "authentik.update.put",
            "authentik updates a user with PUT and schemas in any order",
            "goauthentik/authentik#16678",
            Should,
            async t =>
            {
                var user = await t.User();
                var body = t.UserJson(
                    $$"""{"schemas":["{{Trial.EnterpriseSchema}}","{{Trial.UserSchema}}"],"userName":"{{user.Name}}","displayName":"By authentik","groups":[]}"""
                );
                (await t.Put(user.Path, body, ("Content-Type", "application/scim+json"))).Expect(200);
                (await t.Read(user)).Is("displayName", "By authentik");
            },
            "No profile change ever reaches the app.",
            "Offer PUT on users, and look for a URN in schemas instead of comparing the list.",
            Needs.EnterpriseUser,
            "User:displayName"
        ),
    ];

    public static Check Of(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<Trial, Task> run,
        string why,
        string change,
        Needs needs = Needs.Nothing,
        params string[] attributes
    ) =>
        new(id, title, rule, severity, Profiles.Okta, run)
        {
            Why = why,
            Change = change,
            Needs = needs,
            Attributes = attributes,
        };

    public static async Task Page(Trial t, string path, int most)
    {
        var reply = (await t.OktaGet(path)).Expect(200);
        foreach (var number in (string[])["totalResults", "startIndex", "itemsPerPage"])
            if (reply[number] is { } value)
                reply.That(
                    value.GetValueKind() is JsonValueKind.Number && value is JsonValue json && json.TryGetValue<int>(out _),
                    $"{number} is an integer",
                    Reply.Shown(value)
                );
        reply.That(reply.TotalResults >= 0, "totalResults is an integer", Reply.Shown(reply["totalResults"]));
        reply.That(reply.Resources.Count <= most, $"at most {most} resources", $"{reply.Resources.Count}");
    }

    static string Match(string name) => $"/Users?filter={Uri.EscapeDataString($"userName eq \"{name}\"")}&startIndex=1&count=100";

    static async Task Activate(Trial t, bool before, bool after)
    {
        var user = await t.User($$"""{"active":{{(before ? "true" : "false")}}}""");
        (await t.OktaPatch(user, $$$"""{"op":"replace","value":{"active":{{{(after ? "true" : "false")}}}}}""")).Expect(200, 204);
        (await t.Read(user)).Is("active", after);
    }

    // As Okta does: create, read, and send back what was read.
    static async Task<(Made User, JsonObject Whole)> Whole(Trial t)
    {
        var user = await t.Make("/Users", t.OktaUser());
        return (user, (await t.Read(user)).Json!.DeepClone().AsObject());
    }
}
