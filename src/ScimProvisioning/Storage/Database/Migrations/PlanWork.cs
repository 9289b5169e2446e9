using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>One server at a time computes a plan, and another one takes over when it dies; and what release waits for.</summary>
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

            -- Whoever acts as scim_app may not look at other sessions, not even at those of its own login.
            CREATE FUNCTION scim_oldest_writer() RETURNS TABLE (pid integer, application text, database text, age double precision)
            LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
                SELECT a.pid, nullif(a.application_name, ''), a.datname::text,
                    extract(epoch FROM clock_timestamp() - a.xact_start)::double precision
                FROM pg_stat_activity a
                WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid() ORDER BY a.xact_start LIMIT 1
            $$;
            COMMENT ON FUNCTION scim_oldest_writer IS 'The oldest transaction that writes, as far as the owner may see sessions.';
            """
        );
}
