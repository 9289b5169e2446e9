using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>The changes of one resource are found without a look at all others of its connection.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261130000022_ResourceHistory")]
sealed class ResourceHistory : Migration
{
    /// <inheritdoc/>
    // Not concurrently, which would wait for every other migration: writes wait while it is made, some seconds for each million of entries.
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            "CREATE INDEX IF NOT EXISTS changes_resource ON changes (connection_id, resource_id, transaction_id, sequence)"
        );
}
