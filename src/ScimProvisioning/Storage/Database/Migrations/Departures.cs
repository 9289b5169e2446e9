using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// What becomes of the users of a deleted connection is done a part at a time, as a rebuild is. An import tells that it still runs.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000019_Departures")]
sealed class Departures : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE directory_imports ADD saved_at timestamptz NOT NULL DEFAULT now();

            ALTER TABLE projections ADD rebuild_actor text;
            ALTER TABLE projections DROP CONSTRAINT projections_rebuild_stage_check;
            ALTER TABLE projections ADD CONSTRAINT projections_rebuild_stage_check CHECK (rebuild_stage IN ('groups', 'users', 'people',
                'deactivate_users', 'deactivate_people', 'remove_members', 'remove_resources', 'remove_groups', 'remove_people'));
            """
        );
}
