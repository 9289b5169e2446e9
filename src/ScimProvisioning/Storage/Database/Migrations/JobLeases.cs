using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>A job is leased while it runs, so that another server takes it over when the one that runs it dies.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000001_JobLeases")]
sealed class JobLeases : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE jobs
                ALTER COLUMN last_run_at DROP NOT NULL,
                ADD COLUMN taken_until timestamptz;
            COMMENT ON TABLE jobs IS 'What runs on one server of all.';
            COMMENT ON COLUMN jobs.last_run_at IS 'The start of the last run that was finished; NULL: none was.';
            COMMENT ON COLUMN jobs.taken_until IS 'A server runs the job, and no other may start it before this time; NULL: none runs it.';
            """
        );
}
