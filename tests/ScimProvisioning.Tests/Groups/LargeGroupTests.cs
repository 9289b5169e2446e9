using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ScimProvisioning.Tests.Groups;

/// <summary>
/// The cost of one request for a group of 100,000 members, in rows of <c>group_members</c> that PostgreSQL counts. The test has
/// its own database, so that no other test moves the counters.
/// </summary>
[TestFixture, Parallelizable]
sealed class LargeGroupTests
{
    const int Size = 100_000;

    ScimServer _server = null!;
    TestDirectory _directory = null!;
    string _database = "";
    string _group = "";

    [OneTimeSetUp]
    public async Task Fill()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(_database);
        _directory = await TestDirectory.CreateAsync(_server, _database + "Pooling=false");
        _group = await _directory.Group("Everybody");
        // And a thousand groups of ten, so that the planner's statistics say that groups are small.
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO group_members
            SELECT '{_directory.Connection.Id}', '{_group}', gen_random_uuid(), now() FROM generate_series(1, {Size});
            INSERT INTO group_members
            SELECT '{_directory.Connection.Id}', md5((i / 10)::text)::uuid, gen_random_uuid(), now() FROM generate_series(1, 10000) i;
            ANALYZE group_members;
            """,
            _database
        );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase(false, """{"op":"Add","path":"members","value":[{"value":"<user>"}]}""", 1)]
    [TestCase(true, """{"op":"Add","path":"members","value":[{"value":"<user>"}]}""", 0)]
    [TestCase(true, """{"op":"Remove","path":"members","value":[{"value":"<user>"}]}""", 1)]
    [TestCase(true, """{"op":"remove","path":"members[value eq \"<user>\"]"}""", 1)]
    [TestCase(false, """{"op":"remove","path":"members[value eq \"<user>\"]"}""", 0)]
    [TestCase(true, """{"op":"Replace","path":"displayName","value":"All"}""", 0)]
    public async Task A_change_touches_the_rows_it_names_and_no_others(bool member, string operation, int written)
    {
        var user = await _directory.User(TestContext.CurrentContext.Test.ID);
        // The server counts the members, to know whether a reply can show them, and remembers for a minute that they are many.
        await _directory.Patch($"/Groups/{_group}", """{"op":"replace","path":"externalId","value":"e"}""");
        Assert.That((await TouchedAsync()).Read, Is.LessThanOrEqualTo(500), "rows and index entries read to count the members");
        if (member)
            await _directory.Patch($"/Groups/{_group}", $$"""{"op":"Add","path":"members","value":"{{user}}"}""");
        await TouchedAsync();

        var answer = await _directory.Patch($"/Groups/{_group}", operation.Replace("<user>", user, StringComparison.Ordinal));

        var (read, wrote) = await TouchedAsync();
        Assert.That(answer.Status, Is.EqualTo(204));
        Assert.That(read, Is.LessThanOrEqualTo(2), "rows and index entries read");
        Assert.That(wrote, Is.EqualTo(written), "rows written");
    }

    /// <summary>
    /// Reads and resets the counters. A session adds its counts when it ends, so all are ended first; the server opens new
    /// ones.
    /// </summary>
    async Task<(long Read, long Written)> TouchedAsync()
    {
        await PostgresFixture.ExecuteAsync(
            """
            SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """,
            _database + "Pooling=false"
        );
        _server.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        var read = await _directory.Ask<long>(
            """
            SELECT (t.seq_tup_read + i.read)::bigint FROM pg_stat_user_tables t,
                (SELECT sum(idx_tup_read) AS read FROM pg_stat_user_indexes WHERE relname = 'group_members') i
            WHERE t.relname = 'group_members' AND $1::uuid IS NOT NULL
            """
        );
        var written = await _directory.Ask<long>(
            "SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'group_members' AND $1::uuid IS NOT NULL"
        );
        await PostgresFixture.ExecuteAsync("SELECT pg_stat_reset()", _database + "Pooling=false");
        return (read, written);
    }
}
