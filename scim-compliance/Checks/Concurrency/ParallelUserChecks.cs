using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Concurrency;

/// <summary>Creates and changes of the same name or resource that arrive at the same time or again.</summary>
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
            Why = "Of two changes that Entra was told had succeeded one is lost, and it is not sent again.",
            Change = "Write what has changed only, or compare versions and try again when somebody was faster.",
            Run = async t =>
            {
                var offered = Attributes.Where(attribute => t.Target.Capabilities.Has("User:" + attribute)).ToArray();
                if (offered.Length < 2)
                    throw new NotOffered("/Schemas lists fewer than two of the attributes to change");
                var user = await t.User();
                var replies = await Task.WhenAll(
                    offered.Select(path => t.Patch(user, $$"""{"op":"replace","path":"{{path}}","value":"New {{path}}"}"""))
                );
                var accepted = offered.Where((_, at) => replies[at].IsSuccess).ToList();
                if (accepted.Count < 2)
                    throw new Blocked(
                        $"{accepted.Count} of {offered.Length} changes succeeded, too few to see whether one is lost: {replies.First(reply => !reply.IsSuccess).Summary}"
                    );
                var after = await t.Read(user);
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
            Run = async t =>
            {
                var (_, replies) = await AtOnce(t, "/Users", t.UserJson(), "users.create.duplicate");
                var created = replies.Count(reply => reply.IsSuccess);
                replies[0].That(created is 1, "one of eight POSTs creates the user", $"{created} do");
            },
        },
        Refusals(
            id: "users",
            title: "Of users of one name that are created at the same time all but one are refused as if they came one after another",
            collection: "/Users",
            duplicates: "users.create.duplicate",
            body: t => t.UserJson()
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
            Run = async t =>
            {
                var (_, replies) = await AtOnce(t, "/Groups", t.GroupJson(), "groups.create.duplicate");
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
            body: t => t.GroupJson()
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
                "When an answer is lost on the way, Entra sends the same user again. A second account, or an error it does not understand, blocks this user for good.",
            Change = "Refuse the second POST with 409, so that Entra looks the user up.",
            Run = async t =>
            {
                var body = t.UserJson($$"""{"externalId":"{{t.NewGuid()}}","displayName":"Lost Answer"}""");
                var user = await t.Make("/Users", body);
                (await t.Post("/Users", body)).Expect(409);
                (await t.Find("/Users", $"userName eq \"{user.Name}\"")).Prepared().Count("Resources", 1).Is("Resources[0].id", user.Id);
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
            Change = "Answer 404 to whoever comes second.",
            Run = async t =>
            {
                var user = await t.User();
                var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => t.Delete(user.Path)));
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
            Why = "Somebody who reads in between sees a person who never existed: one half old, the other new.",
            Change = "Carry out a PATCH in one transaction.",
            Run = async t =>
            {
                var user = await t.User("""{"name":{"givenName":"G-0","familyName":"F-0"}}""");
                var reading = new List<Task<Reply>>();
                var writing = new List<Task<Reply>>();
                for (var i = 1; i <= 12; i++)
                {
                    writing.Add(
                        t.Patch(
                            user,
                            $$"""{"op":"replace","path":"name.givenName","value":"G-{{i}}"}""",
                            $$"""{"op":"replace","path":"name.familyName","value":"F-{{i}}"}"""
                        )
                    );
                    reading.Add(t.Read(user));
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
        Func<Trial, System.Text.Json.Nodes.JsonObject> body,
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
            Run = async t =>
            {
                var (alone, replies) = await AtOnce(t, collection, body(t), duplicates);
                foreach (var reply in replies.Where(reply => !reply.IsSuccess))
                    reply.Expect(alone);
            },
        };

    // First one after another: a server where even that makes two of a name fails another check.
    static async Task<(int Alone, Reply[] Replies)> AtOnce(
        Trial t,
        string collection,
        System.Text.Json.Nodes.JsonObject body,
        string duplicates
    )
    {
        var text = body.ToJsonString();
        var name = (body["userName"] ?? body["displayName"]).Text();
        var probe = text.Replace(name, t.NewName(), StringComparison.Ordinal);
        (await t.Post(collection, probe)).Prepared();
        var alone = await t.Post(collection, probe);
        if (alone.IsSuccess)
            throw new Blocked($"Names are not unique on this server ({duplicates})");
        return (alone.Status, await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => t.Post(collection, text))));
    }
}
