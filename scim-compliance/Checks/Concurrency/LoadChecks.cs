using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Concurrency;

/// <summary>Microsoft requires every server to handle the traffic of one tenant.</summary>
static class LoadChecks
{
    const string Gallery = "learn.microsoft.com app-gallery-user-provisioning-requirements";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "concurrency.load.rate",
            Title = "25 requests are answered within a second",
            Rule = $"{Gallery}: at least 25 requests per second per tenant",
            Severity = Should,
            Profiles = Profiles.Entra,
            Needs = Needs.Filter,
            Why = "Entra sends that many. A slower server makes cycles that never end, and a throttled one has put jobs into quarantine.",
            Change = "Allow at least 25 requests per second and tenant before you answer 429, and index what filters look for.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var seconds = double.MaxValue;
                // The first try opens connections, which takes time.
                for (var tries = 1; tries <= 2 && seconds > 1; tries++)
                {
                    var started = run.Clock.GetTimestamp();
                    var replies = await Task.WhenAll(
                        Enumerable
                            .Range(0, 25)
                            .Select(at => at % 2 is 0 ? run.Get(user.Path) : run.Find("/Users", $"userName eq \"{user.Name}\""))
                    );
                    seconds = run.Clock.GetElapsedTime(started).TotalSeconds;
                    foreach (var reply in replies)
                        reply.Success();
                }
                if (seconds > 1)
                    throw new CheckFailed("25 requests are answered within a second", $"they took {seconds:0.0} s");
            },
        },
        new()
        {
            Id = "concurrency.load.errors",
            Title = "Creates, changes and reads by 16 at a time bring no 5xx and no dropped connection",
            Rule = "entra-docs application-provisioning-quarantine-status.md",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why = "Errors under load come in the initial cycle, when thousands of users arrive, and put the job into quarantine.",
            Change = "Look for shared state, an exhausted connection pool, or deadlocks that are not tried again.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(4);
                var replies = await Task.WhenAll(
                    Enumerable
                        .Range(0, 16)
                        .Select(at =>
                            (at % 4) switch
                            {
                                0 => run.Post("/Users", run.UserJson()),
                                1 => run.Patch(users[at / 4], """{"op":"replace","path":"active","value":false}"""),
                                2 => run.Get(users[at / 4].Path),
                                _ => run.Get("/Users?startIndex=1&count=5"),
                            }
                        )
                );
                foreach (var reply in replies)
                    reply.That(reply.Status is > 0 and < 500, "every request is answered, and none with a 5xx", reply.Summary);
            },
        },
        new()
        {
            Id = "concurrency.load.creates",
            Title = "Users created 16 at a time are all there",
            Rule = Gallery,
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Users whom Entra believes created are missing, or two people share an account.",
            Change = "Give ids that cannot collide, and answer 201 only when the user is stored.",
            Steps = async run =>
            {
                var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => run.Post("/Users", run.UserJson())));
                var created = replies.Where(reply => reply.IsSuccess && reply["id"] is not null).ToList();
                if (created is [])
                    throw new Blocked($"No user could be created, with an id in the answer: {replies[0].Summary}");
                foreach (var reply in created)
                    (await run.Get("/Users/" + Uri.EscapeDataString(reply["id"].Text())))
                        .Expect(200)
                        .IsIgnoringCase("userName", JsonNode.Parse(reply.Exchange.RequestBody!)!["userName"].Text());
                replies[0]
                    .That(
                        created.DistinctBy(reply => reply["id"].Text()).Count() == created.Count,
                        "every user has an id of their own",
                        "two have the same"
                    );
            },
        },
    ];
}
