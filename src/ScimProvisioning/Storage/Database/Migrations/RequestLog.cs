using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// The log of SCIM requests, and the runs that they make up. The partitions of all tables are made and dropped by the same two functions,
/// so servers of earlier builds must be stopped first.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000022_RequestLog")]
sealed class RequestLog : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Requests);
        migrationBuilder.Sql(Runs);
        migrationBuilder.Sql(Isolation);
        migrationBuilder.Sql(AddPartitions);
        migrationBuilder.Sql(DropPartitions);
        migrationBuilder.Sql(OnlyForTheServer);
    }

    /// <summary>The time follows what is filtered by, so that the newest come out of each index first.</summary>
    const string Requests = """
        CREATE TABLE requests (
            connection_id uuid NOT NULL,
            organization_id uuid NOT NULL,
            occurred_at timestamptz NOT NULL,
            id uuid NOT NULL,
            method text NOT NULL,
            operation text NOT NULL,
            resource_type text,
            resource_id uuid,
            external_id text,
            subject text,
            subject_key text COLLATE "C",
            status integer NOT NULL,
            outcome text NOT NULL CHECK (outcome IN ('created', 'updated', 'deactivated', 'reactivated', 'deleted', 'unchanged', 'matched',
                'not_found', 'members_changed', 'test', 'refused', 'failed')),
            found bigint,
            scim_type text,
            detail text,
            milliseconds integer NOT NULL,
            actor text,
            address text,
            agent text,
            request_id text NOT NULL,
            body text,
            is_personal boolean NOT NULL,
            PRIMARY KEY (connection_id, occurred_at, id)
        ) PARTITION BY RANGE (occurred_at);
        COMMENT ON TABLE requests IS 'The log of SCIM requests: a row for each, and for each operation of a bulk request.';
        COMMENT ON COLUMN requests.subject IS 'The name of the resource, or what was looked for.';
        COMMENT ON COLUMN requests.subject_key IS 'The same, folded.';
        COMMENT ON COLUMN requests.actor IS 'NULL: the login was refused.';
        COMMENT ON COLUMN requests.body IS 'Of a write that was refused or failed.';
        COMMENT ON COLUMN requests.is_personal IS 'It has a name, a text or a body, which are erased after some days.';
        CREATE INDEX requests_outcome ON requests (connection_id, outcome, occurred_at);
        CREATE INDEX requests_status ON requests (connection_id, status, occurred_at);
        CREATE INDEX requests_subject ON requests (connection_id, subject_key, occurred_at) WHERE subject_key IS NOT NULL;
        CREATE INDEX requests_resource ON requests (connection_id, resource_id, occurred_at) WHERE resource_id IS NOT NULL;
        CREATE INDEX requests_personal ON requests (occurred_at) WHERE is_personal;
        """;

    const string Runs = """
        CREATE TABLE runs (
            connection_id uuid NOT NULL,
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            started_at timestamptz NOT NULL,
            last_at timestamptz NOT NULL,
            ended_at timestamptz,
            closed_at timestamptz,
            not_logged bigint NOT NULL DEFAULT 0,
            figures jsonb,
            PRIMARY KEY (connection_id, id)
        );
        COMMENT ON TABLE runs IS 'Requests of a connection that followed each other without a long gap.';
        COMMENT ON COLUMN runs.last_at IS 'When its last request came.';
        COMMENT ON COLUMN runs.ended_at IS 'NULL: the next request may still be part of it.';
        COMMENT ON COLUMN runs.closed_at IS 'When its figures were counted and told; NULL: they were not yet.';
        COMMENT ON COLUMN runs.not_logged IS 'Requests that are missing in the log, as far as the servers know.';
        CREATE UNIQUE INDEX runs_open ON runs (connection_id) WHERE ended_at IS NULL;
        CREATE INDEX runs_unclosed ON runs (last_at) WHERE closed_at IS NULL;
        CREATE INDEX runs_last ON runs (last_at);

        CREATE TABLE run_positions (
            connection_id uuid PRIMARY KEY,
            organization_id uuid NOT NULL,
            transaction_id xid8 NOT NULL,
            sequence bigint NOT NULL
        );
        COMMENT ON TABLE run_positions IS 'Up to where the change log of a connection is counted in closed runs.';
        """;

    const string Isolation = """
        DO $$
        DECLARE
            name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['requests', 'runs', 'run_positions'] LOOP
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
            -- What was pushed before there were runs is in none.
            PERFORM set_config('app.organization_id', '*', true);
            INSERT INTO run_positions SELECT id, organization_id, pg_snapshot_xmin(pg_current_snapshot()), 0 FROM connections;
            PERFORM set_config('app.organization_id', '', true);
        END $$;
        """;

    const string AddPartitions = """
        DROP FUNCTION scim_add_event_partitions, scim_add_attempt_partitions;
        CREATE FUNCTION scim_add_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
            parent text;
            month timestamptz;
            name text;
            added integer := 0;
        BEGIN
            FOREACH parent IN ARRAY ARRAY['events', 'webhook_attempts', 'requests'] LOOP
                month := date_trunc('month', now(), 'UTC');
                FOR i IN 0..3 LOOP
                    name := parent || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM');
                    IF to_regclass(quote_ident(name)) IS NULL THEN
                        EXECUTE format(
                            'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent, month, month + interval '1 month'
                        );
                        -- Policies are not inherited: whoever names a partition directly sees nothing.
                        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
                        EXECUTE format(
                            'CREATE POLICY backup ON %I FOR SELECT TO pg_database_owner
                                USING (current_setting(''app.backup'', true) = ''on'')',
                            name
                        );
                        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'scim_app') THEN
                            EXECUTE format('REVOKE ALL ON %I FROM scim_app', name);
                        END IF;
                        added := added + 1;
                    END IF;
                    month := month + interval '1 month';
                END LOOP;
            END LOOP;
            RETURN added;
        END $$;
        COMMENT ON FUNCTION scim_add_partitions IS 'Makes the partitions of this month and of the next three that are missing.';
        SELECT scim_add_partitions();
        """;

    const string DropPartitions = """
        DROP FUNCTION scim_drop_event_partitions, scim_drop_attempt_partitions;
        CREATE FUNCTION scim_drop_partitions(parent text, before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT AS $$
        DECLARE
            name text;
            last bigint;
            dropped integer := 0;
        BEGIN
            IF parent NOT IN ('events', 'webhook_attempts', 'requests') THEN
                RAISE EXCEPTION 'The table % has no partitions for months.', parent;
            END IF;
            PERFORM set_config('lock_timeout', '2s', true);
            FOR name IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = to_regclass(parent)
                    AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before AT TIME ZONE 'UTC'
            LOOP
                -- Before the partition, as readers do it: else each could wait for the other.
                EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent);
                IF parent = 'events' THEN
                    -- Forced, row-level security would hide the rows from the owner, too.
                    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', name);
                    EXECUTE format('SELECT max(position) FROM %I', name) INTO last;
                    UPDATE event_log SET dropped_to = greatest(dropped_to, last);
                END IF;
                EXECUTE format('DROP TABLE %I', name);
                dropped := dropped + 1;
            END LOOP;
            RETURN dropped;
        END $$;
        COMMENT ON FUNCTION scim_drop_partitions IS 'Drops the partitions of a table that hold nothing after that time.';
        """;

    /// <summary>By default everybody may call a function, and these run with the rights of the owner.</summary>
    const string OnlyForTheServer = """
        DO $$
        DECLARE
            name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['scim_add_partitions()', 'scim_drop_partitions(text, timestamptz)', 'scim_oldest_writer()'] LOOP
                EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || name || ' FROM PUBLIC';
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'scim_app') THEN
                    EXECUTE 'GRANT EXECUTE ON FUNCTION ' || name || ' TO scim_app';
                END IF;
            END LOOP;
        END $$;
        """;
}
