using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.OnDemand;

/// <summary>What Entra sends when an admin provisions one user or one group on demand: always in the default dialect, also with <c>aadOptscim062020</c>.</summary>
static class OnDemandChecks
{
    const string Document = "entra-docs provision-on-demand.md";
    const string Log = "OneUptime/oneuptime#2134";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of(
            id: "ondemand.user.new",
            title: "A new user is provisioned on demand: probe, match, create",
            rule: Log,
            needs: Needs.Filter,
            run: NewUser
        ),
        Of(
            id: "ondemand.user.known",
            title: "A known user is provisioned on demand: probe, match, change",
            rule: Log,
            needs: Needs.Filter | Needs.Patch,
            attributes: ["User:displayName"],
            run: async t =>
            {
                var user = await t.User("""{"displayName":"Joy Young"}""");
                await Probe(t);
                (await Match(t, user.Name)).Count("Resources", 1).Is("Resources[0].id", user.Id);
                (
                    await t.Patch(
                        user,
                        """{"op":"Replace","path":"displayName","value":"Joy Y."}""",
                        """{"op":"Replace","path":"active","value":"True"}"""
                    )
                ).Success();
                (await t.Read(user)).Is("displayName", "Joy Y.").Is("active", true);
            }
        ),
        Of(
            id: "ondemand.user.dialects",
            title: "A user is changed in both dialects, one after the other",
            rule: $"{Document}; application-provisioning-config-problem-scim-compatibility.md",
            needs: Needs.Patch,
            attributes: ["User:displayName"],
            run: async t =>
            {
                var user = await t.User("""{"displayName":"Joy Young"}""");
                (await t.Patch(user, """{"op":"replace","value":{"displayName":"In a cycle","active":false}}""")).Success();
                (
                    await t.Patch(
                        user,
                        """{"op":"Replace","path":"displayName","value":"On demand"}""",
                        """{"op":"Replace","path":"active","value":"True"}"""
                    )
                ).Success();
                (await t.Read(user)).Is("displayName", "On demand").Is("active", true);
            }
        ),
        Of(
            id: "ondemand.user.restored",
            title: "A disabled user is found and enabled again on demand",
            rule: Document,
            needs: Needs.Filter | Needs.Patch,
            run: async t =>
            {
                var user = await t.User();
                (await t.Patch(user, """{"op":"Replace","path":"active","value":"False"}""")).Prepared();
                await Probe(t);
                (await Match(t, user.Name)).Count("Resources", 1).Is("Resources[0].id", user.Id);
                (await t.Patch(user, """{"op":"Replace","path":"active","value":"True"}""")).Success();
                (await t.Read(user)).Is("active", true);
            }
        ),
        Of(
            id: "ondemand.group.new",
            title: "A new group is provisioned on demand, with five members in one request",
            rule: Document,
            needs: Needs.Groups | Needs.Filter | Needs.Patch,
            run: NewGroup
        ),
        Of(
            id: "ondemand.group.one-by-one",
            title: "Five members come into a group on demand one by one, and once more",
            rule: Document,
            needs: Needs.Groups | Needs.Patch,
            run: async t =>
            {
                var (users, group) = (await t.Users(5), await t.Group());
                // Nobody reads members back, so a second run sends the same again.
                foreach (var user in (Made[])[.. users, .. users])
                    (await t.Patch(group, Adds(user))).Success();
                await t.Holds(group, users);
            }
        ),
    ];

    /// <summary>Probe, match, create, and see it is there.</summary>
    public static async Task NewUser(Trial t)
    {
        var body = t.UserJson();
        var name = body["userName"].Text();
        await Probe(t);
        (await Match(t, name)).Count("Resources", 0);
        (await t.Post("/Users", body)).Success().Has("id");
        (await Match(t, name)).Count("Resources", 1);
    }

    /// <summary>Match, create empty, read without members, and add five.</summary>
    public static async Task NewGroup(Trial t)
    {
        var users = await t.Users(5);
        var body = t.GroupJson("""{"members":[]}""");
        var filter = $"displayName eq \"{body["displayName"].Text()}\"";
        (await t.Find("/Groups", filter, "excludedAttributes=members")).Expect(200).Count("Resources", 0);
        var group = await t.Make("/Groups", body);
        (await t.Get(group.Path + "?excludedAttributes=members")).Expect(200);
        (await t.Patch(group, Adds(users))).Success();
        await t.Holds(group, users);
        (await t.Find("/Groups", filter, "excludedAttributes=members")).Expect(200).Count("Resources", 1);
    }

    static async Task Probe(Trial t) => (await t.Find("/Users", $"userName eq \"{t.NewGuid()}\"")).Expect(200).Count("Resources", 0);

    static async Task<Reply> Match(Trial t, string name) => (await t.Find("/Users", $"userName eq \"{name}\"")).Expect(200);

    static string Adds(params Made[] users) =>
        $$"""{"op":"Add","path":"members","value":[{{string.Join(',', users.Select(user => $$"""{"value":"{{user.Id}}"}"""))}}]}""";

    static Check Of(string id, string title, string rule, Func<Trial, Task> run, Needs needs, params string[] attributes) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = needs,
            Attributes = attributes,
            IsFlow = true,
            Why = "'Provision on demand' is how admins try a connection: an error there, and they do not switch provisioning on.",
            Change = "Look at the requests: the checks on single rules that fail beside this one say which part is wrong.",
            Run = run,
        };
}
