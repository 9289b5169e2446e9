extern alias compliance;
using System.Text;
using System.Text.Json.Nodes;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Projection;

/// <summary>
/// What a team lives through, from the command line: its users imported, Entra's first cycle, a plan, the first load, and what comes after.
/// </summary>
[TestFixture, Parallelizable, CancelAfter(600_000)]
sealed class TeamStoryTests
{
    const int Existing = 1_000;
    const int InEntra = 1_200;

    readonly string _folder = System.IO.Directory.CreateTempSubdirectory("story").FullName;
    string _database = "";
    ScimServer _server = null!;
    AppView _app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(_database);
        _app = await AppView.CreateAsync(_server, _database);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Ids_stay_local_data_stays_and_the_counts_of_each_plan_are_the_events_that_follow()
    {
        // Entra sends no object id by default, so this team says who is who by the userName.
        var tenant = TenantOf(InEntra);
        var names = tenant.Users.Values.Select(user => user.UserPrincipalName).Order(StringComparer.Ordinal).ToArray();
        await PlanAndApply(await Write("mapping.json", """{"uid":["userName"]}"""), "--mapping");

        var import = await Run($"import {_app.Connection} {await Write("users.csv", Csv(names[..Existing]))}");
        Assert.That(((int)import["created"]!, (int)import["failed"]!), Is.EqualTo((Existing, 0)));
        var ids = (await _app.Users()).Values.ToDictionary(user => (string)user["uid_key"]!, user => (string)user["id"]!);
        await SetLocal(ids.Values.First());

        var result = await Simulate(tenant);
        Assert.That(result.IsClean, $"{string.Join('\n', result.Differences)}");

        var first = await Run($"connection plan {_app.Connection} --enable");
        Assert.That(
            (Count(first, "created"), Count(first, "linked"), Count(first, "deactivated")),
            Is.EqualTo((InEntra - Existing, Existing, 0))
        );
        await Apply(first);
        Assert.That((await _app.Events("directory.user")).Skip(Existing).All(e => (bool)e["initialLoad"]!));

        var ella = await _app.Directory.Find("/Users", $"userName eq \"{names[0]}\"");
        await _app.Directory.Patch(
            $"/Users/{ella.Ids[0]}",
            """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"New"}"""
        );
        await _app.Directory.Patch($"/Users/{ella.Ids[0]}", """{"op":"replace","path":"active","value":false}""");
        await _app.Settle();
        await _app.Directory.Patch($"/Users/{ella.Ids[0]}", """{"op":"replace","path":"active","value":true}""");
        await _app.Settle();
        Assert.That((await _app.Told())[^1], Is.EqualTo("user.reactivated"));

        await PlanAndApply(
            await Write(
                "mapping.json",
                """
                {"uid":["userName"],"attributes":[
                    {"name":"userName","paths":["userName"]},{"name":"displayName","paths":["displayName"],"transform":"upper"}]}
                """
            ),
            "--mapping"
        );
        var group = (await _app.Groups()).Values.First(row => (long)row["member_count"]! > 0);
        await PlanAndApply(
            await Write("scope.json", $$"""{"mode":"groups","groups":[{"name":{{group["name"]!.ToJsonString()}}}]}"""),
            "--scope"
        );
        await PlanAndApply(await Write("scope.json", """{"mode":"all","groups":[]}"""), "--scope");

        await Run($"connection disconnect {_app.Connection}");
        await _app.Settle();
        await Run($"connection reconnect {_app.Connection}");
        var again = await Run($"connection plan {_app.Connection} --enable");
        Assert.That((Count(again, "created"), Count(again, "linked"), Count(again, "deactivated")), Is.EqualTo((0, 0, 0)));
        await Apply(again);

        var users = await _app.Users();
        Assert.That(ids.All(known => (string)users[known.Value]["uid_key"]! == known.Key), "an id has changed");
        Assert.That((string?)users[ids.Values.First()]["local"]!["shoeSize"], Is.EqualTo("38"));
        await _app.AssertMirrored();
    }

    async Task PlanAndApply(string file, string option) => await Apply(await Run($"connection plan {_app.Connection} {option} {file}"));

    /// <summary>Applies the plan. The events that follow are as many of each kind as it said.</summary>
    async Task Apply(JsonNode plan)
    {
        var before = (await _app.Events("directory.user")).Count;
        await Run($"connection apply {_app.Connection} {plan["id"]}");
        await _app.Settle();
        var told = (await _app.Events("directory.user"))
            .Skip(before)
            .Select(e => ((string)e["type"]!)["directory.user.".Length..])
            .ToLookup(type => type);
        Assert.That(
            (told["created"].Count(), told["deactivated"].Count(), told["reactivated"].Count(), told["updated"].Count()),
            Is.EqualTo(
                (
                    Count(plan, "created"),
                    Count(plan, "deactivated"),
                    Count(plan, "reactivated"),
                    Count(plan, "updated") + Count(plan, "linked")
                )
            ),
            $"{plan["counts"]}"
        );
    }

    static int Count(JsonNode plan, string kind) => (int)plan["counts"]![kind]!;

    async Task SetLocal(string user)
    {
        var (status, answer) = await _server.Send(HttpMethod.Patch, $"/users/{user}", """{"localAttributes":{"shoeSize":"38"}}""");
        Assert.That(status, Is.EqualTo(200), $"{answer}");
    }

    async Task<JsonNode> Run(string command)
    {
        var outcome = await CommandOutcome.RunAsync(
            command,
            ("ConnectionStrings__Postgres", _database),
            ("PublicUrl", _server.Address.AbsoluteUri)
        );
        Assert.That(outcome.ExitCode, Is.Zero, $"{command}: {outcome.Error}");
        return JsonNode.Parse(outcome.Output)!;
    }

    async Task<string> Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    static string Csv(IEnumerable<string> names)
    {
        var csv = new StringBuilder("uid,appUserId,userName\n");
        foreach (var (i, name) in names.Index())
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name},app-{i},{name}\n");
        return csv.ToString();
    }

    /// <summary>A tenant with so many people.</summary>
    static Tenant TenantOf(int users)
    {
        for (var size = users; ; size++)
        {
            var (tenant, _, _) = TenantGenerator.Generate(new(size, 20, 3_000), 7, "story");
            if (tenant.Users.Values.Count(Stays) < users)
                continue;
            foreach (var other in tenant.Users.Values.Where(user => !Stays(user)).ToList())
                tenant.Purge(other);
            foreach (var surplus in tenant.Users.Values.Skip(users).ToList())
                tenant.Purge(surplus);
            return tenant;
        }
    }

    /// <summary>Entra creates nobody who is disabled, and gives guests another userName.</summary>
    static bool Stays(TenantUser user) => !user.IsSoftDeleted && !user.IsGuest;

    async Task<SimulationResult> Simulate(Tenant tenant)
    {
        using var client = new ScimClient(new(_app.Directory.Url), _app.Directory.Connection.Token, TimeSpan.FromSeconds(30));
        var (_, people, random) = TenantGenerator.Generate(new(10, 4, 10), 7, "story");
        var simulation = new Simulation(
            client,
            tenant,
            new(tenant, people, random),
            new(7),
            new(0, Dialect.Default, 8, Wait.Limit, TimeSpan.Zero, Keep: true),
            TimeProvider.System,
            Progress.Silent
        );
        return await simulation.RunAsync(CancellationToken.None);
    }
}
