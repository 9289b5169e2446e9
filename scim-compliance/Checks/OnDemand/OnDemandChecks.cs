using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.OnDemand;

/// <summary>
/// What Entra sends when an admin provisions one user or one group on demand: always in the default dialect, also with
/// <c>aadOptscim062020</c>.
/// </summary>
static class OnDemandChecks
{
    const string Document = "entra-docs provision-on-demand.md";
    const string Log = "OneUptime/oneuptime#2134";

    public static IReadOnlyList<Check> All { get; } =
    [
        Flow(
            id: "ondemand.user.new",
            title: "A new user is provisioned on demand: probe, match, create",
            rule: Log,
            needs: Needs.Filter,
            steps: NewUser
        ),
        Flow(
            id: "ondemand.user.known",
            title: "A known user is provisioned on demand: probe, match, change",
            rule: Log,
            needs: Needs.Filter | Needs.Patch,
            attributes: ["User:displayName"],
            steps: async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Joy Young"}""");
                await Probe(run);
                (await Match(run, user.Name)).Count("Resources", 1).Is("Resources[0].id", user.Id);
                (
                    await run.Patch(
                        user,
                        """{"op":"Replace","path":"displayName","value":"Joy Y."}""",
                        """{"op":"Replace","path":"active","value":"True"}"""
                    )
                ).Success();
                (await run.Read(user)).Is("displayName", "Joy Y.").Is("active", true);
            }
        ),
        Flow(
            id: "ondemand.user.dialects",
            title: "A user is changed in both dialects, one after the other",
            rule: $"{Document}; application-provisioning-config-problem-scim-compatibility.md",
            needs: Needs.Patch,
            attributes: ["User:displayName"],
            steps: async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Joy Young"}""");
                (await run.Patch(user, """{"op":"replace","value":{"displayName":"In a cycle","active":false}}""")).Success();
                (
                    await run.Patch(
                        user,
                        """{"op":"Replace","path":"displayName","value":"On demand"}""",
                        """{"op":"Replace","path":"active","value":"True"}"""
                    )
                ).Success();
                (await run.Read(user)).Is("displayName", "On demand").Is("active", true);
            }
        ),
        Flow(
            id: "ondemand.user.restored",
            title: "A disabled user is found and enabled again on demand",
            rule: Document,
            needs: Needs.Filter | Needs.Patch,
            steps: async run =>
            {
                var user = await run.CreateUser();
                (await run.Patch(user, """{"op":"Replace","path":"active","value":"False"}""")).RequireSuccess();
                await Probe(run);
                (await Match(run, user.Name)).Count("Resources", 1).Is("Resources[0].id", user.Id);
                (await run.Patch(user, """{"op":"Replace","path":"active","value":"True"}""")).Success();
                (await run.Read(user)).Is("active", true);
            }
        ),
        Flow(
            id: "ondemand.group.new",
            title: "A new group is provisioned on demand, with five members in one request",
            rule: Document,
            needs: Needs.Groups | Needs.Filter | Needs.Patch,
            steps: NewGroup
        ),
        Flow(
            id: "ondemand.group.one-by-one",
            title: "Five members come into a group on demand one by one, and once more",
            rule: Document,
            needs: Needs.Groups | Needs.Patch,
            steps: async run =>
            {
                var (users, group) = (await run.CreateUsers(5), await run.CreateGroup());
                // Entra does not read members back, so a second run sends the same again.
                foreach (var user in (CreatedResource[])[.. users, .. users])
                    (await run.Patch(group, Adds(user))).Success();
                await run.ExpectMembers(group, users);
            }
        ),
    ];

    /// <summary>Probe, match, create, and read the result.</summary>
    public static async Task NewUser(CheckRun run)
    {
        var body = run.UserJson();
        var name = body["userName"].Text();
        await Probe(run);
        (await Match(run, name)).Count("Resources", 0);
        (await run.Post("/Users", body)).Success().Has("id");
        (await Match(run, name)).Count("Resources", 1);
    }

    /// <summary>Match, create empty, read without members, and add five.</summary>
    public static async Task NewGroup(CheckRun run)
    {
        var users = await run.CreateUsers(5);
        var body = run.GroupJson("""{"members":[]}""");
        var filter = $"displayName eq \"{body["displayName"].Text()}\"";
        (await run.Find("/Groups", filter, "excludedAttributes=members")).Expect(200).Count("Resources", 0);
        var group = await run.Create("/Groups", body);
        (await run.Get(group.Path + "?excludedAttributes=members")).Expect(200);
        (await run.Patch(group, Adds(users))).Success();
        await run.ExpectMembers(group, users);
        (await run.Find("/Groups", filter, "excludedAttributes=members")).Expect(200).Count("Resources", 1);
    }

    static async Task Probe(CheckRun run) =>
        (await run.Find("/Users", $"userName eq \"{run.NewGuid()}\"")).Expect(200).Count("Resources", 0);

    static async Task<Reply> Match(CheckRun run, string name) => (await run.Find("/Users", $"userName eq \"{name}\"")).Expect(200);

    static string Adds(params CreatedResource[] users) =>
        $$"""{"op":"Add","path":"members","value":[{{string.Join(',', users.Select(user => $$"""{"value":"{{user.Id}}"}"""))}}]}""";

    static Check Flow(string id, string title, string rule, Func<CheckRun, Task> steps, Needs needs, params string[] attributes) =>
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
            Steps = steps,
        };
}
