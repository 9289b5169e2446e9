using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace ScimProvisioning.Tests.Storage;

/// <summary>A migration fills the column of the work e-mail as the server does, for tombstones too: they may be restored.</summary>
[TestFixture, Parallelizable]
sealed class WorkEmailMigrationTests
{
    string _database = "";

    [OneTimeSetUp]
    public async Task Upgrade()
    {
        _database = await PostgresFixture.CreateEmptyDatabaseAsync();
        await using var db = PostgresFixture.OpenContext(_database);
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("20261201000040_ReachOncePerStatement");
        await PostgresFixture.ExecuteAsync(
            $$$"""
            INSERT INTO resources (connection_id, id, resource_type, attributes, user_name, version, created_at, modified_at, deleted_at)
            SELECT '{{{Guid.AllBitsSet}}}', gen_random_uuid(), type, emails, name, 1, now(), now(), deleted
            FROM (VALUES
                ('User', 'one', '{"emails":[{"type":"Work","value":"É@B.c"},{"type":"home","value":"h@b.c"}]}'::jsonb, NULL::timestamptz),
                ('User', 'gone', '{"emails":[{"type":"work","value":"g@b.c"}]}', now()),
                ('User', 'two', '{"emails":[{"type":"work","value":"a@b.c"},{"type":"work","value":"b@b.c"}]}', NULL),
                ('User', 'long', jsonb_build_object('emails', jsonb_build_array(
                    jsonb_build_object('type', 'work', 'value', repeat('x', 513)))), NULL),
                ('User', 'home', '{"emails":[{"type":"home","value":"h@b.c"}]}', NULL),
                ('User', 'odd', '{"emails":[{"type":"work"},{"value":"x"},"work",{"type":1,"value":"y"},{"type":"work","value":2}]}', NULL),
                ('User', 'object', '{"emails":{"type":"work","value":"o@b.c"}}', NULL),
                ('User', 'none', '{}', NULL),
                ('Badge', 'badge', '{"emails":[{"type":"work","value":"b@b.c"}]}', NULL)
            ) v(type, name, emails, deleted)
            """,
            _database
        );
        await migrator.MigrateAsync();
    }

    [TestCase("one", "é@b.c")]
    [TestCase("gone", "g@b.c")]
    [TestCase("two", "")]
    [TestCase("long", "")]
    [TestCase("home", null)]
    [TestCase("odd", null)]
    [TestCase("object", null)]
    [TestCase("none", null)]
    [TestCase("badge", null)]
    public async Task It_holds_the_only_one(string user, string? column)
    {
        await using var source = NpgsqlDataSource.Create(_database);
        await using var command = source.CreateCommand($"SELECT work_email FROM resources WHERE user_name = '{user}'");

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(column ?? (object)DBNull.Value));
    }
}
