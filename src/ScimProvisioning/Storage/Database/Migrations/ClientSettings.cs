using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// Whether a PATCH of a group returns it has three values; a connection that always returned it does so still, and all others take the new
/// default. Whether <c>pagination</c> is announced becomes a setting.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000010_ClientSettings")]
sealed class ClientSettings : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE connections ALTER COLUMN group_patch_returns_resource DROP DEFAULT;
            ALTER TABLE connections ALTER COLUMN group_patch_returns_resource TYPE text
                USING CASE WHEN group_patch_returns_resource THEN 'always' ELSE 'auto' END;
            ALTER TABLE connections ALTER COLUMN group_patch_returns_resource SET DEFAULT 'auto';
            ALTER TABLE connections ADD COLUMN announce_pagination boolean NOT NULL DEFAULT true;
            """
        );
}
