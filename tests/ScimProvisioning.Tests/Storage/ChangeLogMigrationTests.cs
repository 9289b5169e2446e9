using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace ScimProvisioning.Tests.Storage;

/// <summary>The table <c>events</c> of earlier builds is the table <c>changes</c> now: its rows, rights and policy came along.</summary>
[TestFixture(false), TestFixture(true), Parallelizable]
sealed class ChangeLogMigrationTests(bool isSuperuser)
{
    static readonly Guid Tenant = new("00000000-0000-7000-8000-00000000000a");

    /// <summary>Becomes the role of the application, which a plain login is itself.</summary>
    string Role => isSuperuser ? "SET ROLE scim_app; " : "";

    string _database = "";

    [OneTimeSetUp]
    public async Task Upgrade()
    {
        var login = $"upgrader_{Environment.ProcessId}";
        if (!isSuperuser)
            await PostgresFixture.ExecuteAsync($"CREATE ROLE {login} LOGIN");
        _database = await PostgresFixture.CreateEmptyDatabaseAsync(isSuperuser ? null : login);
        await using var db = PostgresFixture.OpenContext(_database);
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("20261123000000_ControlPlane");
        await Ask<long>(Append("events"));
        await migrator.MigrateAsync();
    }

    [Test]
    public async Task Rows_of_before_are_there_and_new_ones_follow_them() =>
        Assert.That(
            (await Ask<long>(Append("changes")), await Ask<long>($"{Confined}SELECT min(sequence) FROM changes")),
            Is.EqualTo((2L, 1L))
        );

    [Test]
    public async Task A_session_outside_a_connection_sees_none() =>
        Assert.That(await Ask<long>($"{Role}SELECT count(*) FROM changes"), Is.Zero);

    [Test]
    public async Task Nothing_of_it_is_called_events_any_more() =>
        Assert.That(
            await Ask<string>(
                """
                SELECT coalesce(string_agg(name, ', '), '')
                FROM (
                    SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'changes'::regclass
                    UNION ALL SELECT conname FROM pg_constraint WHERE conrelid = 'changes'::regclass
                    UNION ALL SELECT pg_get_serial_sequence('changes', 'sequence')) named(name) WHERE name ~ '(^|[.])events(_|$)'
                """
            ),
            Is.Empty
        );

    [Test]
    public async Task The_table_says_what_it_is() =>
        Assert.That(await Ask<string>("SELECT obj_description('changes'::regclass)"), Does.StartWith("The change log"));

    string Confined => $"{Role}SET app.connection_id = '{Tenant}'; ";

    string Append(string table) =>
        $"""
            {Confined}
            INSERT INTO {table} (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)
            VALUES ('{Tenant}', 'user.created', 'User', '{Tenant}', 1, '[]', '', '', now()) RETURNING sequence
            """;

    async Task<T> Ask<T>(string sql)
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
