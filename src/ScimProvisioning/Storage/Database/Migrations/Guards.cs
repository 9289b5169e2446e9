using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>Guards a connection against a mass deactivation: its setting, who has left lately, and who is held back.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261130000023_Guards")]
sealed class Guards : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Tables);
        migrationBuilder.Sql(Isolation);
    }

    const string Tables = """
        CREATE TABLE guards (
            connection_id uuid PRIMARY KEY,
            organization_id uuid NOT NULL,
            enabled boolean NOT NULL DEFAULT true,
            share double precision NOT NULL DEFAULT 0.2,
            count integer NOT NULL DEFAULT 25,
            window_minutes integer NOT NULL DEFAULT 60,
            triggered_at timestamptz,
            told_at timestamptz
        );
        COMMENT ON TABLE guards IS 'How many people of a connection may leave at once. A connection without a row has the defaults.';
        COMMENT ON COLUMN guards.triggered_at IS 'Since when it holds people; NULL: it holds nobody.';
        COMMENT ON COLUMN guards.told_at IS 'When the application was told of it last.';
        CREATE INDEX guards_triggered ON guards (told_at) WHERE triggered_at IS NOT NULL;

        CREATE TABLE guard_holds (
            connection_id uuid NOT NULL,
            person_id uuid NOT NULL,
            organization_id uuid NOT NULL,
            resource_id uuid NOT NULL,
            since timestamptz NOT NULL,
            approved_by text,
            PRIMARY KEY (connection_id, person_id)
        );
        COMMENT ON TABLE guard_holds IS 'People whom the guard keeps active although the identity provider has taken them away.';
        COMMENT ON COLUMN guard_holds.approved_by IS 'The request that lets them through, which the release has not done yet; NULL: held.';
        CREATE INDEX guard_holds_resource ON guard_holds (connection_id, resource_id);
        CREATE INDEX guard_holds_since ON guard_holds (connection_id, since) WHERE approved_by IS NULL;

        CREATE TABLE guard_departures (
            connection_id uuid NOT NULL,
            person_id uuid NOT NULL,
            organization_id uuid NOT NULL,
            left_at timestamptz NOT NULL,
            PRIMARY KEY (connection_id, person_id)
        );
        COMMENT ON TABLE guard_departures IS 'Who was let go lately, and is not back. Rows older than the window are deleted.';
        CREATE INDEX guard_departures_left ON guard_departures (connection_id, left_at);

        ALTER TABLE projections ADD rebuild_exempt text NOT NULL DEFAULT 'none'
            CHECK (rebuild_exempt IN ('none', 'out_of_scope', 'everybody'));
        COMMENT ON COLUMN projections.rebuild_exempt IS 'Whom the guard lets go in the walk that runs.';
        """;

    const string Isolation = """
        DO $$
        DECLARE
            name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['guards', 'guard_holds', 'guard_departures'] LOOP
                EXECUTE format(
                    'CREATE POLICY reach ON %I USING (connection_id = nullif(current_setting(''app.connection_id'', true), '''')::uuid
                        OR scim_reaches(organization_id))',
                    name
                );
                EXECUTE format(
                    'CREATE POLICY backup ON %I FOR SELECT TO pg_database_owner USING (current_setting(''app.backup'', true) = ''on'')',
                    name
                );
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
            END LOOP;
        END $$;
        """;
}
