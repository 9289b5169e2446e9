using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace ScimProvisioning.Tests.Storage;

/// <summary>The schemas and resource types of a connection move into a row of their own.</summary>
[TestFixture, Parallelizable]
sealed class ConnectionDocumentsMigrationTests
{
    [Test]
    public async Task Registered_documents_are_moved_even_for_an_owner_whom_row_level_security_binds()
    {
        // A login without superuser rights owns the tables, as in a hosted database.
        var role = $"mover_{Environment.ProcessId}";
        await PostgresFixture.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        var database = await PostgresFixture.CreateEmptyDatabaseAsync(role);
        await using var db = PostgresFixture.OpenContext(database);
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync(
            db.Database.GetMigrations().TakeWhile(name => !name.EndsWith("_ConnectionDocuments", StringComparison.Ordinal)).Last()
        );
        await ExecuteAsync(
            database,
            """
            INSERT INTO connections (id, organization_id, key, name, provider, state, created_at, schemas, resource_types)
            SELECT id::uuid, '00000000-0000-7000-8000-000000000001', id, 'C', 'custom', 'active', now(), schemas::jsonb, types::jsonb
            FROM (VALUES
                ('00000000-0000-7000-8000-00000000000a', '[{"id":"urn:x:A"}]', '[{"name":"A"}]'),
                ('00000000-0000-7000-8000-00000000000b', '[]', '[]')
            ) c(id, schemas, types)
            """
        );

        await migrator.MigrateAsync();

        Assert.That(
            await ExecuteAsync(
                database,
                "SELECT string_agg(right(connection_id::text, 1) || schemas || resource_types, ' ') FROM connection_documents"
            ),
            Is.EqualTo("""a[{"id": "urn:x:A"}][{"name": "A"}]""")
        );
    }

    static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand($"SET app.organization_id = '*'; {sql}");
        return await command.ExecuteScalarAsync();
    }
}
