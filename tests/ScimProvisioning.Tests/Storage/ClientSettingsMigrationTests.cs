using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace ScimProvisioning.Tests.Storage;

/// <summary>Whether a PATCH of a group returns it was true or false and becomes a word.</summary>
[TestFixture, Parallelizable]
sealed class ClientSettingsMigrationTests
{
    [Test]
    public async Task A_connection_that_always_returned_a_patched_group_does_so_still()
    {
        var database = await PostgresFixture.CreateEmptyDatabaseAsync();
        await using var db = PostgresFixture.OpenContext(database);
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync(
            db.Database.GetMigrations().TakeWhile(name => !name.EndsWith("_ClientSettings", StringComparison.Ordinal)).Last()
        );
        await using var source = NpgsqlDataSource.Create(database);
        await using var insert = source.CreateCommand(
            """
            INSERT INTO connections (id, organization_id, key, name, provider, state, created_at, group_patch_returns_resource)
            SELECT id::uuid, '00000000-0000-7000-8000-000000000001', id, 'C', 'custom', 'active', now(), always
            FROM (VALUES ('00000000-0000-7000-8000-00000000000a', true), ('00000000-0000-7000-8000-00000000000b', false)) c(id, always)
            """
        );
        await insert.ExecuteNonQueryAsync();

        await migrator.MigrateAsync();

        await using var read = source.CreateCommand(
            "SELECT string_agg(group_patch_returns_resource || announce_pagination, ' ' ORDER BY id) FROM connections"
        );
        Assert.That(await read.ExecuteScalarAsync(), Is.EqualTo("alwaystrue autotrue"));
    }
}
