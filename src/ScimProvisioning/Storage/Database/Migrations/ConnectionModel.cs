using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>Settings, schemas and resource types of a connection.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261122000000_ConnectionModel")]
sealed class ConnectionModel : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE connections
                ADD COLUMN unique_group_names boolean NOT NULL DEFAULT true,
                ADD COLUMN group_patch_returns_resource boolean NOT NULL DEFAULT false,
                ADD COLUMN ignore_unknown_attributes boolean NOT NULL DEFAULT false,
                ADD COLUMN schemas jsonb NOT NULL DEFAULT '[]',
                ADD COLUMN resource_types jsonb NOT NULL DEFAULT '[]';
            """
        );
}
