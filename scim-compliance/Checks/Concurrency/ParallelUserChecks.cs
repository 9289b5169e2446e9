using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Concurrency;

/// <summary>Creates and changes of the same name or resource, at the same time or repeated.</summary>
static class ParallelUserChecks
{
    static readonly string[] Attributes =
    [
        "title",
        "displayName",
        "nickName",
        "userType",
        "externalId",
        "name.givenName",
        "name.familyName",
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "concurrency.users.attributes",
            Title = "Changes of different attributes of one user at the same time all survive",
            Rule = "RFC 7644 §3.5.2: a PATCH changes what it names",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why = "One of two changes that Entra was told had succeeded is lost, and it is not sent again.",
            Change = "Write what has changed only, or compare versions and try again when another change came first.",
            Steps = async run =>
            {
                var offered = Attributes.Where(attribute => run.Target.Capabilities.Has("User:" + attribute)).ToArray();
                if (offered.Length < 2)
                    throw new NotOffered("/Schemas lists fewer than two of the attributes to change");
                var user = await run.CreateUser();
                var replies = await Task.WhenAll(
                    offered.Select(path => run.Patch(user, $$"""{"op":"replace","path":"{{path}}","value":"New {{path}}"}"""))
                );
                var accepted = offered.Where((_, at) => replies[at].IsSuccess).ToList();
                if (accepted.Count < 2)
                    throw new Blocked(
                        $"{accepted.Count} of {offered.Length} changes succeeded, too few to see whether one is lost: "
                            + $"{replies.First(reply => !reply.IsSuccess).Summary}"
                    );
                var after = await run.Read(user);
                foreach (var path in accepted)
                    after.Is(path, "New " + path);
            },
        },
        new()
        {
            Id = "concurrency.users.same-name",
            Title = "Of users of one name that are created at the same time exactly one comes to be",
            Rule = "RFC 7643 §4.1.1: userName is unique",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Two accounts of one name make every later match ambiguous (DuplicateTargetEntries): Entra then writes to neither.",
            Change = "Let a unique index of the database keep userName unique, not a look-up before the insert.",
            Steps = async run =>
            {
                var (_, replies) = await AtOnce(run, "/Users", run.UserJson(), "users.create.duplicate");
                var created = replies.Count(reply => reply.IsSuccess);
                replies[0].That(created is 1, "one of eight POSTs creates the user", $"{created} do");
            },
        },
        Refusals(
            id: "users",
            title: "Of users of one name that are created at the same time all but one are refused as if they came one after another",
            collection: "/Users",
            duplicates: "users.create.duplicate",
            body: run => run.UserJson()
        ),
        new()
        {
            Id = "concurrency.groups.same-name",
            Title = "Of groups of one name that are created at the same time exactly one comes to be",
            Rule = "SCIM Validator 'Create a duplicate Group'",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Groups,
            Why = "Two groups of one name make every later match ambiguous (DuplicateTargetEntries): Entra then writes to neither.",
            Change = "Let a unique index of the database keep displayName of groups unique.",
            Steps = async run =>
            {
                var (_, replies) = await AtOnce(run, "/Groups", run.GroupJson(), "groups.create.duplicate");
                var created = replies.Count(reply => reply.IsSuccess);
                replies[0].That(created is 1, "one of eight POSTs creates the group", $"{created} do");
            },
        },
        Refusals(
            id: "groups",
            title: "Of groups of one name that are created at the same time all but one are refused as if they came one after another",
            needs: Needs.Groups,
            collection: "/Groups",
            duplicates: "groups.create.duplicate",
            body: run => run.GroupJson()
        ),
        new()
        {
            Id = "concurrency.users.repeated",
            Title = "A POST that is repeated after a lost answer is refused with 409, and the user is found once",
            Rule = "learn.microsoft.com/answers/questions/1151866",
            Severity = Must,
            Profiles = Profiles.Entra,
            Needs = Needs.Filter,
            Why =
                "When an answer is lost on the way, Entra sends the same user again. A second account, "
                + "or an error it does not understand, blocks this user for good.",
            Change = "Refuse the second POST with 409, so that Entra looks the user up.",
            Steps = async run =>
            {
                var body = run.UserJson($$"""{"externalId":"{{run.NewGuid()}}","displayName":"Lost Answer"}""");
                var user = await run.Create("/Users", body);
                (await run.Post("/Users", body)).Expect(409);
                (await run.Find("/Users", $"userName eq \"{user.Name}\""))
                    .RequireSuccess()
                    .Count("Resources", 1)
                    .Is("Resources[0].id", user.Id);
            },
        },
        new()
        {
            Id = "concurrency.users.deletes",
            Title = "Of deletions of one user at the same time one succeeds and the others are answered 404",
            Rule = "RFC 7644 §3.6",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why = "A repeated deletion ends in an error that the admin has to look into, though all is well.",
            Change = "Answer 404 to the second request.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => run.Delete(user.Path)));
                foreach (var reply in replies)
                    reply.Expect(204, 404);
                replies[0].That(replies.Any(reply => reply.Status is 204), "one deletion is answered 204", "none is");
            },
        },
        new()
        {
            Id = "concurrency.users.whole",
            Title = "A read during writes shows each write whole",
            Rule = "RFC 7644 §3.5.2: a PATCH is atomic",
            Severity = Must,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Needs = Needs.Patch,
            Attributes = ["User:name.givenName", "User:name.familyName"],
            Why = "A client that reads in between sees a mixture of old and new values.",
            Change = "Carry out a PATCH in one transaction.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"name":{"givenName":"G-0","familyName":"F-0"}}""");
                var reading = new List<Task<Reply>>();
                var writing = new List<Task<Reply>>();
                for (var i = 1; i <= 12; i++)
                {
                    writing.Add(
                        run.Patch(
                            user,
                            $$"""{"op":"replace","path":"name.givenName","value":"G-{{i}}"}""",
                            $$"""{"op":"replace","path":"name.familyName","value":"F-{{i}}"}"""
                        )
                    );
                    reading.Add(run.Read(user));
                }
                if (!(await Task.WhenAll(writing)).Any(reply => reply.IsSuccess))
                    throw new Blocked("None of the changes succeeded");
                foreach (var reply in await Task.WhenAll(reading))
                    reply.Is("name.familyName", reply["name.givenName"].Text().Replace('G', 'F'));
            },
        },
    ];

    static Check Refusals(
        string id,
        string title,
        string collection,
        string duplicates,
        Func<CheckRun, System.Text.Json.Nodes.JsonObject> body,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = $"concurrency.{id}.same-name-refused",
            Title = title,
            Rule = "RFC 7644 §3.3",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = needs,
            Why = "Entra takes a 500 for an outage: it repeats the request and counts it towards quarantine.",
            Change = "Turn the database's violation of the unique index into 409 uniqueness.",
            Steps = async run =>
            {
                var (alone, replies) = await AtOnce(run, collection, body(run), duplicates);
                foreach (var reply in replies.Where(reply => !reply.IsSuccess))
                    reply.Expect(alone);
            },
        };

    // First one after another: when even then two resources get one name, another check fails.
    static async Task<(int Alone, Reply[] Replies)> AtOnce(
        CheckRun run,
        string collection,
        System.Text.Json.Nodes.JsonObject body,
        string duplicates
    )
    {
        var text = body.ToJsonString();
        var name = (body["userName"] ?? body["displayName"]).Text();
        var probe = text.Replace(name, run.NewName(), StringComparison.Ordinal);
        (await run.Post(collection, probe)).RequireSuccess();
        var alone = await run.Post(collection, probe);
        if (alone.IsSuccess)
            throw new Blocked($"Names are not unique on this server ({duplicates})");
        return (alone.Status, await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => run.Post(collection, text))));
    }
}
