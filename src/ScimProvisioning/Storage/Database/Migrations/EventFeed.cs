using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>For readers of the events: which positions are gone, an end that is found in the newest months, and snapshots.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000020_EventFeed")]
sealed class EventFeed : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Dropped);
        migrationBuilder.Sql(End);
        migrationBuilder.Sql(Snapshots);
    }

    const string Dropped = """
        ALTER TABLE event_log ADD dropped_to bigint NOT NULL DEFAULT 0;
        COMMENT ON COLUMN event_log.dropped_to IS 'The last position that was thrown away: who has not read up to it has missed events.';

        CREATE OR REPLACE FUNCTION scim_drop_event_partitions(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT AS $$
        DECLARE
            name text;
            last bigint;
            dropped integer := 0;
        BEGIN
            PERFORM set_config('lock_timeout', '2s', true);
            FOR name IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'events'::regclass
                    AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before AT TIME ZONE 'UTC'
            LOOP
                -- Before the partition, as readers do it: else each could wait for the other.
                LOCK TABLE events IN ACCESS EXCLUSIVE MODE;
                -- Forced, row-level security would hide the rows from the owner, too.
                EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', name);
                EXECUTE format('SELECT max(position) FROM %I', name) INTO last;
                UPDATE event_log SET dropped_to = greatest(dropped_to, last);
                EXECUTE format('DROP TABLE %I', name);
                dropped := dropped + 1;
            END LOOP;
            RETURN dropped;
        END $$;
        """;

    /// <summary>
    /// The months are written into the statement, so that PostgreSQL opens no other partition. Now and not when the transaction began: an
    /// event may be of a month that has begun since.
    /// </summary>
    const string End = """
        CREATE OR REPLACE FUNCTION scim_events_end() RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
            reach text := coalesce(current_setting('app.organization_id', true), '');
            month timestamptz := date_trunc('month', clock_timestamp(), 'UTC');
            last bigint;
        BEGIN
            PERFORM set_config('app.organization_id', '*', true);
            EXECUTE format(
                'SELECT position FROM events WHERE recorded_at >= %L AND recorded_at < %L ORDER BY position DESC LIMIT 1',
                month - interval '1 month', month + interval '1 month'
            ) INTO last;
            IF last IS NULL THEN
                SELECT position INTO last FROM events ORDER BY position DESC LIMIT 1;
            END IF;
            PERFORM set_config('app.organization_id', reach, true);
            RETURN (SELECT epoch || '-' || greatest(last, dropped_to) FROM event_log);
        END $$;
        """;

    const string Snapshots = """
        CREATE TABLE directory_snapshots (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid NOT NULL,
            request_id text NOT NULL,
            stage text NOT NULL CHECK (stage IN ('waiting', 'users', 'groups', 'memberships', 'finished')),
            after_id uuid,
            after_member uuid,
            users bigint NOT NULL DEFAULT 0,
            groups bigint NOT NULL DEFAULT 0,
            memberships bigint NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL,
            started_at timestamptz,
            finished_at timestamptz,
            PRIMARY KEY (connection_id, id)
        );
        COMMENT ON TABLE directory_snapshots IS 'Walks that tell all that is released of a connection again, and how far each has come.';
        COMMENT ON COLUMN directory_snapshots.after_id IS 'The last person, or the last group, that was told in this stage.';
        COMMENT ON COLUMN directory_snapshots.after_member IS 'In the stage of memberships: the last person of that group.';
        CREATE UNIQUE INDEX directory_snapshots_running ON directory_snapshots (connection_id) WHERE stage <> 'finished';

        CREATE POLICY reach ON directory_snapshots USING (
            connection_id = nullif(current_setting('app.connection_id', true), '')::uuid OR scim_reaches(organization_id));
        CREATE POLICY backup ON directory_snapshots FOR SELECT TO pg_database_owner
            USING (current_setting('app.backup', true) = 'on');
        ALTER TABLE directory_snapshots ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        """;
}
