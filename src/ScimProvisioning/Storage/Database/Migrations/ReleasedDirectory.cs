using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>What the application sees: people, groups, memberships, the events that tell of them, and the work that makes them.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000015_ReleasedDirectory")]
sealed class ReleasedDirectory : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(ReleasedTables.ChangeLogKey);
        migrationBuilder.Sql(ReleasedTables.People);
        migrationBuilder.Sql(ReleasedTables.Work);
        migrationBuilder.Sql(ReleasedTables.Events);
        migrationBuilder.Sql(ReleasedTables.Isolation);
    }
}
