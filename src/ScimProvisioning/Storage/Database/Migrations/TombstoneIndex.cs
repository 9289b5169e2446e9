using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>To find the tombstones that were kept long enough.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000014_TombstoneIndex")]
sealed class TombstoneIndex : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            CREATE INDEX resources_deleted ON resources (connection_id, deleted_at) WHERE deleted_at IS NOT NULL;
            """
        );
}
