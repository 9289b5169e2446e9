using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>What helps when something is wrong: reconciliations, self-tests, links to support bundles, and schedules.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261130000024_Support")]
sealed class Support : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Reconciliations);
        migrationBuilder.Sql(SelfTests);
        migrationBuilder.Sql(Links);
        migrationBuilder.Sql(Schedules);
        migrationBuilder.Sql(Isolation);
    }

    const string Reconciliations = """
        CREATE TABLE reconciliations (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid NOT NULL,
            request_id text NOT NULL,
            state text NOT NULL CHECK (state IN ('running', 'completed', 'failed')),
            has_list boolean NOT NULL,
            rows_read bigint NOT NULL DEFAULT 0,
            failed bigint NOT NULL DEFAULT 0,
            errors jsonb NOT NULL DEFAULT '[]',
            counts jsonb,
            full_run_id uuid,
            created_at timestamptz NOT NULL,
            saved_at timestamptz NOT NULL DEFAULT now(),
            finished_at timestamptz,
            PRIMARY KEY (connection_id, id)
        );
        COMMENT ON TABLE reconciliations IS 'Comparisons of what the application has with what is released and received.';
        COMMENT ON COLUMN reconciliations.has_list IS 'Whether the application has sent a list of its users.';
        COMMENT ON COLUMN reconciliations.full_run_id IS 'The full run by which it was decided who is stale; NULL: there is none.';
        CREATE INDEX reconciliations_created ON reconciliations (created_at);

        CREATE TABLE reconciliation_rows (
            connection_id uuid NOT NULL,
            reconciliation_id uuid NOT NULL,
            line bigint NOT NULL,
            organization_id uuid NOT NULL,
            uid text COLLATE "C",
            uid_key text COLLATE "C",
            app_user_id text COLLATE "C",
            user_name text COLLATE "C",
            active boolean NOT NULL,
            attributes jsonb NOT NULL,
            person_id uuid,
            resource_id uuid,
            is_repeated boolean NOT NULL DEFAULT false,
            PRIMARY KEY (connection_id, reconciliation_id, line)
        );
        COMMENT ON TABLE reconciliation_rows IS 'The list of the application, until it is compared.';
        COMMENT ON COLUMN reconciliation_rows.resource_id IS 'A received user of whom the application was never told.';
        COMMENT ON COLUMN reconciliation_rows.is_repeated IS 'An earlier row is about the same person.';

        CREATE TABLE reconciliation_differences (
            connection_id uuid NOT NULL,
            reconciliation_id uuid NOT NULL,
            number bigint NOT NULL,
            organization_id uuid NOT NULL,
            class text NOT NULL CHECK (class IN ('local', 'unassigned', 'missing', 'differing', 'stale')),
            reason text,
            line bigint,
            person_id uuid,
            resource_id uuid,
            uid text,
            app_user_id text,
            name text,
            attributes jsonb,
            told_at timestamptz,
            PRIMARY KEY (connection_id, reconciliation_id, number)
        );
        COMMENT ON TABLE reconciliation_differences IS 'What a reconciliation has found.';
        COMMENT ON COLUMN reconciliation_differences.told_at IS 'When the application was told again.';
        CREATE INDEX reconciliation_differences_class ON reconciliation_differences (connection_id, reconciliation_id, class, number);
        CREATE INDEX reconciliation_differences_person ON reconciliation_differences (connection_id, person_id) WHERE person_id IS NOT NULL;
        """;

    const string SelfTests = """
        ALTER TABLE tokens ADD is_self_test boolean NOT NULL DEFAULT false;
        COMMENT ON COLUMN tokens.is_self_test IS 'Made by the server to test itself: what it does is in no run and told to nobody.';
        CREATE INDEX tokens_self_test ON tokens (expires_at) WHERE is_self_test;
        """;

    const string Links = """
        CREATE TABLE share_links (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid NOT NULL,
            hash bytea NOT NULL,
            what text NOT NULL CHECK (what IN ('support-bundle')),
            redact boolean NOT NULL,
            with_server boolean NOT NULL,
            created_at timestamptz NOT NULL,
            created_by text NOT NULL,
            expires_at timestamptz NOT NULL,
            uses bigint NOT NULL DEFAULT 0,
            last_used_at timestamptz,
            PRIMARY KEY (connection_id, id)
        );
        COMMENT ON TABLE share_links IS 'Links that need no login. A link that is revoked is deleted.';
        COMMENT ON COLUMN share_links.with_server IS 'It tells of the server, too: an admin of all organizations has made it.';
        COMMENT ON COLUMN share_links.hash IS 'SHA-256 of the secret in the link.';
        CREATE UNIQUE INDEX share_links_hash ON share_links (hash);
        CREATE INDEX share_links_expiry ON share_links (expires_at);
        """;

    const string Schedules = """
        CREATE TABLE schedules (
            connection_id uuid NOT NULL,
            job text NOT NULL CHECK (job IN ('reconciliation', 'snapshot', 'purge')),
            organization_id uuid NOT NULL,
            cron text NOT NULL,
            next_at timestamptz NOT NULL,
            taken_until timestamptz,
            last_run_at timestamptz,
            last_result text,
            PRIMARY KEY (connection_id, job)
        );
        COMMENT ON TABLE schedules IS 'When the server itself does something for a connection.';
        COMMENT ON COLUMN schedules.taken_until IS 'Until then a server does it.';
        COMMENT ON COLUMN schedules.last_result IS 'What came of it, in words.';
        CREATE INDEX schedules_next ON schedules (next_at);
        """;

    const string Isolation = """
        DO $$
        DECLARE
            name text;
        BEGIN
            FOREACH name IN ARRAY
                ARRAY['reconciliations', 'reconciliation_rows', 'reconciliation_differences', 'share_links', 'schedules']
            LOOP
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
