using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>One server at a time computes a plan, and another one takes over when it dies.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000018_PlanWork")]
sealed class PlanWork : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE directory_plans ADD taken_until timestamptz;
            CREATE INDEX directory_plans_computing ON directory_plans (created_at) WHERE state = 'computing';
            """
        );
}
