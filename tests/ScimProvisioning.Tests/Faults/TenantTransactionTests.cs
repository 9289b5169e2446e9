using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Tests.Faults;

/// <summary>
/// Transactions leave nothing behind. With four sessions in the pool, each soon uses the session of an earlier one; one is the
/// listener's, one may be a job's. The database is its own, since jobs work for all connections of theirs.
/// </summary>
[TestFixture, Parallelizable]
sealed class TenantTransactionTests
{
    const string Rename = "UPDATE resources SET user_name = 'eve' WHERE user_name = 'ada'";

    string _database = "";
    ScimServer _server = null!;

    NpgsqlDataSource Database => _server.Services.GetRequiredService<NpgsqlDataSource>();

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(_database + "Maximum Pool Size=4;");
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Disposed_without_a_commit_it_is_rolled_back_and_its_locks_are_free()
    {
        var directory = await TestDirectory.CreateAsync(_server, _database);
        await directory.User("ada");
        var before = await directory.Everything();

        await using (var transaction = await TenantSession.OpenAsync(Database, directory.Connection.Id, default))
        await using (await transaction.ReadAsync(default, new NpgsqlBatchCommand(Rename))) { }

        Assert.That(
            await directory.Ask<string>("SELECT user_name FROM resources WHERE connection_id = $1 FOR UPDATE NOWAIT"),
            Is.EqualTo("ada")
        );
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task After_an_error_it_is_rolled_back_and_the_session_is_as_good_as_new(bool commit)
    {
        var directory = await TestDirectory.CreateAsync(_server, _database);
        var id = await directory.User("ada");

        for (var i = 0; i < 10; i++)
        {
            await using var transaction = await TenantSession.OpenAsync(Database, directory.Connection.Id, default);
            NpgsqlBatchCommand[] statements = [new(Rename), new("SELECT 1 / 0")];
            Assert.That(
                async () => await (commit ? transaction.CommitAsync(default, statements) : transaction.ReadAsync(default, statements)),
                Throws.InstanceOf<PostgresException>()
            );
        }

        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(async i => (await directory.Patch($"/Users/{id}", $$"""{"op":"replace","path":"title","value":"{{i}}"}""")).Status)
        );
        Assert.That(statuses, Has.All.EqualTo(200));
        Assert.That(await directory.Ask<string>("SELECT user_name FROM resources WHERE connection_id = $1"), Is.EqualTo("ada"));
    }

    [Test]
    public async Task A_session_that_is_used_again_belongs_to_no_connection()
    {
        var directory = await TestDirectory.CreateAsync(_server, _database);
        await directory.User("ada");

        await using var command = Database.CreateCommand("SELECT count(*) FROM resources");

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(0L));
    }

    [Test]
    public async Task A_client_that_hangs_up_in_the_middle_leaves_no_lock()
    {
        var directory = await TestDirectory.CreateAsync(_server, _database);
        var id = await directory.User("ada");
        await using (var blocker = await TenantSession.OpenAsync(Database, directory.Connection.Id, default))
        {
            var pid = await BlockAsync(blocker);
            using var client = _server.ClientWith(directory.Connection.Token);
            using var giveUp = new CancellationTokenSource();
            var deletion = client.DeleteAsync(new Uri($"/scim/v2/Users/{id}", UriKind.Relative), giveUp.Token);
            await UntilAsync(1);
            await giveUp.CancelAsync();
            await UntilAsync(0);
            Assert.That(async () => await deletion, Throws.InstanceOf<OperationCanceledException>());

            Task UntilAsync(long waiting) =>
                Wait.UntilAsync(
                    async () =>
                        await directory.Ask<long>(
                            $"SELECT count(*) FROM pg_stat_activity WHERE {pid} = ANY(pg_blocking_pids(pid)) AND $1::uuid IS NOT NULL"
                        ) == waiting,
                    $"{waiting} sessions wait for the lock"
                );
        }

        var answer = await directory.Patch($"/Users/{id}", """{"op":"replace","path":"title","value":"x"}""");

        Assert.That((answer.Status, (await directory.Changes(id)).Length), Is.EqualTo((200, 2)));
    }

    [TestCase(false, Description = "the client hangs up")]
    [TestCase(true, Description = "the time is over")]
    public async Task A_statement_that_is_stopped_while_it_is_planned_spoils_nothing_for_the_next_request(bool byTime)
    {
        // PostgreSQL calls it while it plans the statement, since its result is said not to change.
        const string slow =
            "CREATE FUNCTION slow(float) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep($1); RETURN 1; END'";
        var name = await PostgresFixture.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(slow, name);
        await using var database = NpgsqlDataSource.Create(name + "Maximum Pool Size=1;Max Auto Prepare=10;Auto Prepare Min Usages=2");
        Assert.That(await SlowAsync(0, default), Is.EqualTo(1));
        using var hangUp = new CancellationTokenSource(byTime ? Timeout.Infinite : 1_000);
        Assert.That(async () => await SlowAsync(60, hangUp.Token), Throws.Exception);

        for (var i = 0; i < 3; i++)
            Assert.That(await SlowAsync(0, default), Is.EqualTo(1));

        async Task<int> SlowAsync(double seconds, CancellationToken ct)
        {
            await using var session = await TenantSession.OpenAsync(database, Guid.Empty, ct, waited: TimeSpan.FromSeconds(7));
            if (byTime)
                session.LimitTime();
            var statement = new NpgsqlBatchCommand("SELECT slow($1)");
            statement.Parameters.Add(new() { Value = seconds });
            await using var rows = await session.CommitAsync(ct, statement);
            await rows.ReadAsync(ct);
            return rows.GetInt32(0);
        }
    }

    /// <summary>Locks the user's row and returns the process id of the session that holds the lock.</summary>
    static async Task<int> BlockAsync(TenantSession transaction)
    {
        await using var rows = await transaction.ReadAsync(
            default,
            new NpgsqlBatchCommand("SELECT pg_backend_pid()"),
            new NpgsqlBatchCommand(Rename)
        );
        await rows.ReadAsync();
        return rows.GetInt32(0);
    }
}
