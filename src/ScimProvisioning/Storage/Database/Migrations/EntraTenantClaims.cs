using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>Since when a connection has its Entra tenant: of several with the same, the first is meant where a URL names none.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000013_EntraTenantClaims")]
sealed class EntraTenantClaims : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE connections ADD COLUMN entra_tenant_since timestamptz;
            COMMENT ON COLUMN connections.entra_tenant_since IS 'When entra_tenant_id was set; NULL: as long as the connection exists.';
            """
        );
}
