namespace ScimProvisioning.Tests.Admin;

/// <summary>The states of a connection: every action in every state.</summary>
[TestFixture, Parallelizable]
sealed class ConnectionStateTests
{
    static readonly string[] States = ["pending", "active", "paused", "disabled", "disconnected", "deleted"];

    /// <summary>
    /// For each action and each state: the state after the action, or the action that has to come first, or 404. Paused and disabled
    /// connections were pending before.
    /// </summary>
    const string Outcomes = """
        enable     active       active       resume       active       reconnect    404
        pause      paused       paused       paused       enable       reconnect    404
        resume     pending      active       pending      enable       reconnect    404
        disable    disabled     disabled     disabled     disabled     reconnect    404
        disconnect disconnected disconnected disconnected disconnected disconnected 404
        reconnect  pending      active       resume       enable       pending      404
        """;

    static IEnumerable<TestCaseData> EveryActionInEveryState() =>
        Outcomes
            .Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .SelectMany(row => row[1..].Select((outcome, i) => new TestCaseData(row[0], States[i], outcome)));

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCaseSource(nameof(EveryActionInEveryState))]
    public async Task An_action_has_one_outcome(string action, string state, string outcome)
    {
        var id = await In(state);
        var (told, audit) = (await AdminCalls.Told(id), await AdminCalls.Audit(id));

        var (status, body) = await _server.Send(HttpMethod.Post, $"/connections/{id}/{action}", """{"reason":"Because"}""");

        var changes = outcome != state && States.Contains(outcome) ? new[] { $"connection.{action.TrimEnd('e')}ed" } : [];
        Assert.That((await AdminCalls.Told(id))[told.Length..], Is.EqualTo(changes));
        Assert.That((await AdminCalls.Audit(id))[audit.Length..].Select(entry => (string?)entry["action"]), Is.EqualTo(changes));
        if (outcome == "404")
            Assert.That(status, Is.EqualTo(404));
        else if (States.Contains(outcome))
            Assert.That(
                (status, (string?)body!["state"], (string?)body["stateReason"]),
                Is.EqualTo((200, outcome, changes is [] ? null : "Because"))
            );
        else
        {
            Assert.That((status, (string?)body!["code"]), Is.EqualTo((409, "invalid_state")));
            Assert.That(
                (string?)body["detail"],
                Does.Contain($"is {state}").And.Contains($"{outcome} it first").And.Contains($"/connections/{id}/{outcome}")
            );
        }
    }

    [TestCase("enable pause resume", "active")]
    [TestCase("pause resume", "pending")]
    [TestCase("enable disable enable", "active")]
    [TestCase("enable pause disable enable", "active")]
    [TestCase("pause disable enable", "active")]
    [TestCase("enable pause resume pause resume", "active")]
    [TestCase("enable disconnect reconnect", "pending")]
    [TestCase("enable disconnect reconnect pause resume", "pending")]
    [TestCase("enable disconnect reconnect enable disable enable", "active")]
    public async Task A_connection_goes_back_to_what_it_was(string actions, string state)
    {
        var id = await In("pending");

        foreach (var action in actions.Split(' '))
            Assert.That((await _server.Send(HttpMethod.Post, $"/connections/{id}/{action}")).Status, Is.EqualTo(200), action);

        Assert.That((string?)(await _server.Send(HttpMethod.Get, $"/connections/{id}")).Body!["state"], Is.EqualTo(state));
    }

    [TestCaseSource(nameof(States))]
    public async Task Reading_changing_and_deleting_are_possible_in_every_state(string state)
    {
        var id = await In(state);
        var (shown, changed, gone) = state == "deleted" ? (404, 404, 404) : (200, 200, 204);

        Assert.That((await _server.Send(HttpMethod.Get, $"/connections/{id}")).Status, Is.EqualTo(shown));
        Assert.That((await _server.Send(HttpMethod.Patch, $"/connections/{id}", """{"name":"New"}""")).Status, Is.EqualTo(changed));
        Assert.That(
            (await _server.Send(HttpMethod.Patch, $"/connections/{id}/settings", """{"uniqueGroupNames":false}""")).Status,
            Is.EqualTo(changed)
        );
        Assert.That((await _server.Send(HttpMethod.Get, $"/connections/{id}/tokens")).Status, Is.EqualTo(shown));
        Assert.That((await _server.Send(HttpMethod.Delete, $"/connections/{id}")).Status, Is.EqualTo(gone));
    }

    [Test]
    public async Task Reconnected_it_has_the_same_key_and_directory_but_wants_a_new_token()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var (id, old) = (directory.Connection.Id, directory.Connection);
        await _server.Send(HttpMethod.Post, $"/connections/{id}/enable");
        var group = await directory.Group("Team", await directory.User("ada"));
        var before = (await directory.Get($"/Groups/{group}")).Body!.ToJsonString();
        await InsertClient(directory);

        await _server.Bring(id, "disconnected");
        var (_, connection) = await _server.Send(HttpMethod.Post, $"/connections/{id}/reconnect");
        var (_, token) = await _server.Send(HttpMethod.Post, $"/connections/{id}/tokens", "{}");
        var anew = new TestDirectory(_server.ClientWith((string)token!["token"]!), old, PostgresFixture.ConnectionString);

        Assert.That(
            ((Guid)connection!["id"]!, (string?)connection["key"], (string?)connection["state"]),
            Is.EqualTo((id, old.Key, "pending"))
        );
        Assert.That((await directory.Get($"/Groups/{group}")).Status, Is.EqualTo(401));
        Assert.That((await anew.Get($"/Groups/{group}")).Body!.ToJsonString(), Is.EqualTo(before));
        Assert.That((await anew.Find("/Users", "userName eq \"ADA\"")).Ids, Has.Count.EqualTo(1));
        Assert.That(await directory.Ask<long>(Live), Is.EqualTo(1));
    }

    [TestCase("pending", 3)]
    [TestCase("disabled", 3)]
    [TestCase("disconnected", 0)]
    [TestCase("deleted", 0)]
    public async Task Only_disconnecting_and_deleting_revoke_what_opens_the_connection(string state, int live)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await InsertClient(directory);

        await _server.Bring(directory.Connection.Id, state);

        Assert.That(await directory.Ask<long>(Live), Is.EqualTo(live));
    }

    [Test]
    public async Task A_reason_has_at_most_200_characters()
    {
        var id = await In("pending");

        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{id}/pause",
            $$"""{"reason":"{{new string('r', 201)}}"}"""
        );

        Assert.That((status, (string?)problem!["errors"]!["reason"]![0]), Is.EqualTo((400, "Must be at most 200 characters.")));
    }

    [Test]
    public async Task Two_admins_who_pause_at_once_pause_once()
    {
        var id = await In("pending");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _server.Send(HttpMethod.Post, $"/connections/{id}/pause")));

        Assert.That(answers.Select(a => a.Status), Has.All.EqualTo(200));
        Assert.That(await AdminCalls.Told(id), Is.EqualTo(new[] { "connection.created", "connection.paused" }));
    }

    const string Live = """
        SELECT (SELECT count(*) FROM tokens WHERE connection_id = $1 AND revoked_at IS NULL)
            + (SELECT count(*) FROM oauth_clients WHERE connection_id = $1 AND revoked_at IS NULL)
            + (SELECT count(*) FROM oauth_client_secrets WHERE connection_id = $1 AND revoked_at IS NULL)
        """;

    /// <summary>Inserts the rows of an OAuth client with a secret.</summary>
    static Task<Guid> InsertClient(TestDirectory directory) =>
        directory.Ask<Guid>(
            """
            WITH client AS (
                INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by)
                VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, '{read}', now(), 'test') RETURNING id
            )
            INSERT INTO oauth_client_secrets (id, connection_id, oauth_client_id, hash, hint, created_at, created_by)
            SELECT gen_random_uuid(), $1, id, decode(replace(id::text, '-', ''), 'hex'), '', now(), 'test' FROM client RETURNING id
            """
        );

    async Task<Guid> In(string state)
    {
        var id = await _server.Create("/connections", """{"name":"Test"}""");
        await _server.Bring(id, state);
        return id;
    }
}
