using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>Sessions of the portal that somebody has ended by signing out.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261201000004_PortalSessions")]
sealed class PortalSessionTable : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            CREATE TABLE portal_ended_sessions (
                id uuid PRIMARY KEY,
                expires_at timestamptz NOT NULL
            );
            COMMENT ON TABLE portal_ended_sessions IS 'Sessions of the portal that were ended by signing out, until their cookies expire.';
            CREATE INDEX portal_ended_sessions_expiry ON portal_ended_sessions (expires_at);
            CREATE POLICY reach ON portal_ended_sessions USING (current_setting('app.organization_id', true) = '*');
            CREATE POLICY backup ON portal_ended_sessions FOR SELECT TO pg_database_owner
                USING (current_setting('app.backup', true) = 'on');
            ALTER TABLE portal_ended_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            """
        );
}
