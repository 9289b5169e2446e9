namespace ScimProvisioning.Tests.Faults;

/// <summary>A failure that no code expects: the table of the events is missing.</summary>
[TestFixture, Parallelizable]
sealed class UnexpectedFailureTests
{
    ScimServer _server = null!;
    TestDirectory _directory = null!;
    string _user = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _directory = await TestDirectory.CreateAsync(_server, database);
        _user = await _directory.User("ada");
        await PostgresFixture.ExecuteAsync("ALTER TABLE changes RENAME TO lost", database);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("POST", "/Users", """{"userName":"bob"}""")]
    [TestCase("PUT", "/Users/{id}", """{"userName":"bob"}""")]
    [TestCase("PATCH", "/Users/{id}", """{"Operations":[{"op":"replace","path":"title","value":"x"}]}""")]
    [TestCase("DELETE", "/Users/{id}", null)]
    public async Task The_client_learns_the_request_id_and_nothing_of_our_insides(string method, string path, string? json)
    {
        var answer = await _directory.Send(method, path.Replace("{id}", _user, StringComparison.Ordinal), json, ("X-Request-Id", "run-7"));

        Assert.That(answer.Error, Is.EqualTo((500, (string?)null)));
        Assert.That(answer.Detail, Does.Contain("run-7"));
        Assert.That($"{answer.Body}", Does.Not.Match("(?i)changes|relation|npgsql|postgres|sql|42P01|   at |\\.cs"));
    }

    [Test]
    public async Task A_write_that_fails_half_way_leaves_nothing_behind_and_no_lock()
    {
        for (var i = 0; i < 30; i++)
            await _directory.Patch($"/Users/{_user}", """{"op":"replace","path":"title","value":"x"}""");

        Assert.That(await _directory.Ask<long>("SELECT version FROM resources WHERE connection_id = $1 FOR UPDATE NOWAIT"), Is.EqualTo(1));
        // Others use the database, too: of them one may be between two statements at any moment, but none for long.
        await Wait.UntilAsync(
            async () =>
                await _directory.Ask<long>(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE state LIKE 'idle in transaction%' AND datname = current_database() AND $1::uuid IS NOT NULL
                    """
                ) == 0,
            "no session is left in a transaction"
        );
        Assert.That((await _directory.Get($"/Users/{_user}")).Status, Is.EqualTo(200));
    }
}
