using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>States of connections, OAuth clients, admin keys, the audit log, and row-level security for the control plane.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261123000000_ControlPlane")]
sealed class ControlPlane : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(ControlPlaneTables.Connections);
        migrationBuilder.Sql(ControlPlaneTables.Credentials);
        migrationBuilder.Sql(ControlPlaneTables.Logs);
        migrationBuilder.Sql(ControlPlaneTables.Isolation);
    }
}
