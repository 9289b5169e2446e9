using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.CommandLine;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable, CancelAfter(60_000)]
sealed class CommandLineTests
{
    static readonly Uri Users = new("/scim/v2/Users", UriKind.Relative);
    static readonly string Actor = $"cli:{Environment.UserName}";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("connection create", true)]
    [TestCase("migrate", true)]
    [TestCase("conection create", true)]
    [TestCase("--help", true)]
    [TestCase("--urls http://localhost:1 connection", false)]
    [TestCase("--PublicUrl=https://scim.example.com", false)]
    [TestCase("/urls http://localhost:1", false)]
    [TestCase("urls=http://localhost:1", false)]
    public void A_word_in_first_place_is_a_command_and_settings_are_for_the_server(string line, bool expected) =>
        Assert.That(OperatorCommands.AreIn(line.Split(' ')), Is.EqualTo(expected));

    [Test]
    public void Without_a_word_it_is_the_server() => Assert.That(OperatorCommands.AreIn([]), Is.False);

    [Test]
    public async Task A_connection_and_a_token_made_by_commands_open_SCIM_at_once()
    {
        var connection = (await Run("connection create --name Acme --provider okta")).Answer;
        var token = (await Run($"token create --connection {connection["id"]} --label Okta --scope read --expires-in-days 30")).Answer;

        using var client = _server.ClientWith((string)token["token"]!);
        Assert.That((await client.GetAsync(new Uri($"{token["tenantUrl"]}/Users"))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await client.PostAsync(Users, new StringContent("{}"))).IsSuccessStatusCode, Is.False);
        Assert.That((DateTime)token["expiresAt"]! - (DateTime)token["createdAt"]!, Is.EqualTo(TimeSpan.FromDays(30)));
        var (_, shown) = await _server.Send(HttpMethod.Get, $"/connections/{connection["id"]}");
        Assert.That(JsonNode.DeepEquals(connection, shown), Is.True, $"{connection} is not {shown}");
    }

    [Test]
    public async Task The_events_are_shown_a_line_each_or_as_they_are_sent()
    {
        var connection = (await _server.Connect()).Id;
        await _server.Send(HttpMethod.Post, $"/connections/{connection}/enable");
        var tail = $"events tail --all --once --connection {connection}";
        await Wait.UntilAsync(async () => (await Run($"{tail} --types connection.enabled")).Output.Length > 0, "it is told");

        var lines = (await Run($"{tail} --types connection.created,connection.enabled")).Output.Trim().Split('\n');
        var sent = (await Run($"{tail} --types connection.created --json")).Answer;
        var refused = await Run($"{tail} --types connection.sold");

        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines[0], Does.Match($"^1-\\d+ 2\\S+Z connection.created {connection} Test"));
        Assert.That(((string?)sent["type"], (string?)sent["connectionId"]), Is.EqualTo(("connection.created", $"{connection}")));
        Assert.That(
            (refused.ExitCode, refused.Error),
            Is.EqualTo((2, "--types: There is no type 'connection.sold'. docs/events.md lists them.\n"))
        );
        Assert.That((await Run($"events tail --once --connection {connection}")).Output, Is.Empty);
    }

    [Test]
    public async Task A_connection_goes_through_its_states_by_commands()
    {
        var connection = (await _server.Connect()).Id;
        var states = new List<string?>();

        foreach (var verb in (string[])["enable", "pause", "resume", "disable", "enable", "disconnect", "reconnect"])
            states.Add((string?)(await Run($"connection {verb} {connection} --reason because")).Answer["state"]);
        var refused = await Run($"connection disconnect {connection}");
        refused = await Run($"connection pause {connection}");

        Assert.That(states, Is.EqualTo(new[] { "active", "paused", "active", "disabled", "active", "disconnected", "pending" }));
        Assert.That((refused.ExitCode, refused.Error), Is.EqualTo((1, refused.Error)));
        Assert.That(refused.Error, Does.Contain("reconnect it first"));
    }

    [Test]
    public async Task A_plan_is_made_and_applied_by_commands_and_enabling_waits_until_everybody_is_released()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var connection = directory.Connection.Id;
        await directory.User("ella");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"uid":["id"],"attributes":[{"name":"userName","paths":["userName"]}]}""");

        var plan = (await Run($"connection plan {connection} --mapping {file}")).Answer;
        var applied = (await Run($"connection apply {connection} {plan["id"]}")).Answer;
        var enabled = await Run($"connection enable {connection} --wait");
        await File.WriteAllTextAsync(file, """{"uid":["id"],"atributes":[]}""");
        var wrong = await Run($"connection plan {connection} --mapping {file}");

        Assert.That(((long)plan["counts"]!["created"]!, (string?)applied["state"]), Is.EqualTo((1, "applied")));
        Assert.That((enabled.ExitCode, (string?)JsonNode.Parse(enabled.Output)!["state"]), Is.EqualTo((0, "active")));
        Assert.That(enabled.Error, Does.Contain($"[{new string('#', 30)}] released"));
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM directory_users WHERE connection_id = $1"), Is.EqualTo(1));
        Assert.That((wrong.ExitCode, wrong.Error), Is.EqualTo((2, wrong.Error)));
        Assert.That(wrong.Error, Does.Contain("atributes"));
        File.Delete(file);
    }

    [Test]
    public async Task A_command_names_the_address_of_the_server_that_has_started_last()
    {
        await using var database = new ScimServer(
            await PostgresFixture.CreateDatabaseAsync(),
            new() { ["PublicUrl"] = "https://scim.example.com/base" }
        );
        database.StartServer();
        var connectionString = database.Services.GetRequiredService<IConfiguration>().GetConnectionString("Postgres")!;

        var created = await CommandOutcome.RunAsync(
            "connection create --name Acme",
            ("ConnectionStrings__Postgres", connectionString),
            ("PublicUrl", "")
        );

        Assert.That((string?)created.Answer["tenantUrl"], Does.StartWith("https://scim.example.com/base/scim/v2/con-"));
    }

    [Test]
    public async Task A_list_is_the_page_that_the_admin_API_shows()
    {
        var connection = await _server.Connect();
        var second = (await Run($"token create --connection {connection.Id} --never-expires")).Answer;

        var first = (await Run($"token list --connection {connection.Id} --limit 1")).Answer;
        var rest = (await Run($"token list --connection {connection.Id} --after {first["next"]}")).Answer;

        Assert.That((Guid)first["data"]![0]!["id"]!, Is.EqualTo(connection.TokenId));
        Assert.That((string?)rest["data"]![0]!["id"], Is.EqualTo((string?)second["id"]));
        var (_, shown) = await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens?after={connection.TokenId}");
        Assert.That(JsonNode.DeepEquals(rest, shown), Is.True, $"{rest} is not {shown}");
    }

    [Test]
    public async Task Rotated_and_revoked_tokens_are_refused_by_a_running_server_within_a_second()
    {
        var connection = await _server.Connect();
        using var old = _server.ClientWith(connection.Token);
        Assert.That((await old.GetAsync(Users)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var made = (await Run($"token rotate {connection.TokenId} --connection {connection.Id} --overlap-hours 0")).Answer;
        await UntilRefused(old);
        using var current = _server.ClientWith((string)made["token"]!);
        Assert.That((await current.GetAsync(Users)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var revoked = (await Run($"token revoke {made["id"]} --connection {connection.Id}")).Answer;
        await UntilRefused(current);
        Assert.That((string?)revoked["status"], Is.EqualTo("revoked"));
    }

    [Test]
    public async Task An_admin_key_made_by_a_command_opens_the_admin_API_until_it_is_revoked()
    {
        var key = (await Run("admin-key create --label Lost --scope read")).Answer;
        using var client = _server.ClientWith((string)key["key"]!);
        Assert.That((await client.GetAsync(new Uri("/api/v1/connections", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var list = (await Run("admin-key list --limit 200")).Output;
        var revoked = (await Run($"admin-key revoke {key["id"]}")).Answer;

        Assert.That((string?)revoked["revokedAt"], Is.Not.Null);
        Assert.That(list, Does.Contain((string)key["id"]!).And.Not.Contain((string)key["key"]!));
        Assert.That(
            (await client.GetAsync(new Uri("/api/v1/connections", UriKind.Relative))).StatusCode,
            Is.EqualTo(HttpStatusCode.Unauthorized)
        );
    }

    [Test]
    public async Task The_audit_log_names_the_person_at_the_machine()
    {
        var connection = (await Run("connection create --name Audited")).Answer;

        var (_, log) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection["id"]}");

        var entry = log!["data"]!.AsArray().Single()!;
        Assert.That(((string?)entry["actor"], (string?)entry["action"]), Is.EqualTo((Actor, "connection.created")));
    }

    [TestCase("conection create", 2, "Unrecognized command or argument 'conection'.")]
    [TestCase("connection", 2, "Required command was not provided.")]
    [TestCase("connection create", 2, "Option '--name' is required.")]
    [TestCase("connection create --name A --provider nobody", 2, "--provider: Must be one of: entra, okta")]
    [TestCase(
        "connection create --name A --organization 00000000-0000-0000-0000-000000000009",
        2,
        "--organization-id: There is no such organization."
    )]
    [TestCase("connection list --limit 0", 2, "--limit: Must be between 1 and 200.")]
    [TestCase("token create --connection con-a2b3c4d5e6f7a2b3c4d5", 2, "Here belongs its id: 'connection list' shows both.")]
    [TestCase("connection enable con-a2b3c4d5e6f7a2b3c4d5", 2, "Here belongs its id: 'connection list' shows both.")]
    [TestCase("connection enable 00000000-0000-0000-0000-000000000009", 1, "There is no connection")]
    [TestCase("token create --connection Acme", 2, "Cannot parse argument 'Acme' for option '--connection'.")]
    [TestCase("token create --connection Acme", 2, "Must be an id, such as 0193a5b0-")]
    [TestCase("portal-link Acme", 2, "Must be an id, such as 0193a5b0-")]
    [TestCase("portal-link 0193a5b0-7e1c-7d52-a1f3-5c4b9d0e8f26", 1, "There is no connection and no organization 0193a5b0-")]
    [TestCase(
        "token create --connection 00000000-0000-0000-0000-000000000009 --expires-in-days 0",
        2,
        "--expires-in-days: Must be between 1 and 3650 days"
    )]
    [TestCase(
        "token create --connection 00000000-0000-0000-0000-000000000009 --expires-in-days 9 --never-expires",
        2,
        "Give either --expires-in-days or --never-expires, not both."
    )]
    [TestCase(
        "token create --connection 00000000-0000-0000-0000-000000000009",
        1,
        "There is no connection 00000000-0000-0000-0000-000000000009."
    )]
    [TestCase("admin-key revoke 00000000-0000-0000-0000-000000000009", 1, "There is no admin key 00000000-0000-0000-0000-000000000009.")]
    public async Task What_cannot_be_done_is_told_in_a_sentence(string command, int code, string sentence)
    {
        var outcome = await Run(command);

        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((code, "")));
        Assert.That(outcome.Error, Does.Contain(sentence).And.Not.Contain("   at "));
    }

    [Test]
    public async Task No_token_is_signed_with_a_key_that_no_server_has()
    {
        var connection = await _server.Connect();

        var refused = await CommandOutcome.RunAsync(
            $"token create --connection {connection.Id}",
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString),
            ("ASPNETCORE_ENVIRONMENT", "Production")
        );

        Assert.That((refused.ExitCode, refused.Output), Is.EqualTo((1, "")));
        Assert.That(refused.Error, Does.StartWith("Tokens:SigningKey is not set"));
    }

    [Test]
    public async Task Migrate_prepares_an_empty_database_and_nothing_else_does()
    {
        var empty = ("ConnectionStrings__Postgres", await PostgresFixture.CreateEmptyDatabaseAsync());
        var refused = await CommandOutcome.RunAsync("connection list", empty);

        var migrated = await CommandOutcome.RunAsync("migrate", empty, ("Logging__LogLevel__Microsoft.EntityFrameworkCore", "Information"));
        var again = (await CommandOutcome.RunAsync("migrate", empty)).Answer;
        var list = (await CommandOutcome.RunAsync("connection list", empty)).Answer;

        Assert.That((refused.ExitCode, refused.Output), Is.EqualTo((1, "")));
        Assert.That(refused.Error, Does.StartWith("The database is new or not up to date"));
        Assert.That(JsonNode.Parse(migrated.Output)!["applied"]!.AsArray(), Is.Not.Empty);
        Assert.That((again["applied"]!.AsArray().Count, list["data"]!.AsArray().Count), Is.EqualTo((0, 0)));
    }

    Task<CommandOutcome> Run(string command)
    {
        _server.StartServer();
        return CommandOutcome.RunAsync(
            command,
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            ("PublicUrl", _server.Address.ToString())
        );
    }

    static async Task UntilRefused(HttpClient client)
    {
        var watch = Stopwatch.StartNew();
        while ((await client.GetAsync(Users)).StatusCode is HttpStatusCode.OK)
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
    }
}
