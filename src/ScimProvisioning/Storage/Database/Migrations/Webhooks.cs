using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>Endpoints that events are sent to, what waits to be sent again, and the log of the attempts.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000021_Webhooks")]
sealed class Webhooks : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Tables);
        migrationBuilder.Sql(Partitions);
        migrationBuilder.Sql(Isolation);
    }

    const string Tables = """
        CREATE TABLE webhook_endpoints (
            id uuid PRIMARY KEY,
            organization_id uuid,
            connection_id uuid,
            url text NOT NULL,
            description text,
            types text[],
            payload text NOT NULL CHECK (payload IN ('full', 'thin')),
            ordering text NOT NULL CHECK (ordering IN ('object', 'connection')),
            reaches_private boolean NOT NULL,
            state text NOT NULL CHECK (state IN ('active', 'disabled')),
            disabled_reason text,
            secret bytea NOT NULL,
            previous_secret bytea,
            previous_until timestamptz,
            position bigint NOT NULL,
            failures integer NOT NULL DEFAULT 0,
            failing_since timestamptz,
            warned boolean NOT NULL DEFAULT false,
            due_at timestamptz,
            lease uuid,
            lease_until timestamptz,
            created_at timestamptz NOT NULL,
            created_by text NOT NULL
        );
        COMMENT ON TABLE webhook_endpoints IS 'Where events are sent to; each has its own place in the log of events.';
        COMMENT ON COLUMN webhook_endpoints.organization_id IS 'Whose events it gets; NULL: all, and only keys for all see it.';
        COMMENT ON COLUMN webhook_endpoints.types IS 'NULL: all.';
        COMMENT ON COLUMN webhook_endpoints.reaches_private IS 'Its address may lead into private networks.';
        COMMENT ON COLUMN webhook_endpoints.secret IS 'Sealed.';
        COMMENT ON COLUMN webhook_endpoints.previous_until IS 'Until then what is sent is signed with the previous secret too.';
        COMMENT ON COLUMN webhook_endpoints.position IS 'The last event that was sent, or has got a row in webhook_deliveries.';
        COMMENT ON COLUMN webhook_endpoints.failures IS 'In a row; many stop the position.';
        COMMENT ON COLUMN webhook_endpoints.failing_since IS 'Nothing has succeeded since; NULL: the last attempt has.';
        COMMENT ON COLUMN webhook_endpoints.due_at IS 'When the first of its rows in webhook_deliveries is to be tried; NULL: none is.';
        COMMENT ON COLUMN webhook_endpoints.lease_until IS 'A server sends until then, and no other one may; NULL: none does.';
        CREATE INDEX webhook_endpoints_organization ON webhook_endpoints (organization_id, id);
        CREATE INDEX webhook_endpoints_due ON webhook_endpoints (due_at) WHERE state = 'active' AND due_at IS NOT NULL;
        CREATE INDEX webhook_endpoints_leased ON webhook_endpoints (lease_until) WHERE lease_until IS NOT NULL;

        CREATE TABLE webhook_deliveries (
            endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
            position bigint NOT NULL,
            organization_id uuid,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            type text NOT NULL,
            lane uuid NOT NULL,
            attempts integer NOT NULL,
            first_at timestamptz,
            next_at timestamptz,
            exhausted boolean NOT NULL DEFAULT false,
            error text,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (endpoint_id, position)
        );
        COMMENT ON TABLE webhook_deliveries IS 'What failed, what waits for it, and what is sent again; else there is no row.';
        COMMENT ON COLUMN webhook_deliveries.lane IS 'What must stay in order: the object or the connection of the event.';
        COMMENT ON COLUMN webhook_deliveries.next_at IS 'NULL: an earlier one of its lane comes first, or it was tried often enough.';
        CREATE UNIQUE INDEX webhook_deliveries_id ON webhook_deliveries (id);
        CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, id);
        CREATE INDEX webhook_deliveries_lane ON webhook_deliveries (endpoint_id, lane, position);
        CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at, position) WHERE next_at IS NOT NULL;
        CREATE INDEX webhook_deliveries_exhausted ON webhook_deliveries (endpoint_id, position) WHERE exhausted;

        CREATE TABLE webhook_attempts (
            endpoint_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid,
            at timestamptz NOT NULL DEFAULT now(),
            event_id uuid NOT NULL,
            type text NOT NULL,
            attempt integer NOT NULL,
            succeeded boolean NOT NULL,
            status integer,
            error text,
            answer text,
            milliseconds integer NOT NULL,
            PRIMARY KEY (endpoint_id, id, at)
        ) PARTITION BY RANGE (at);
        -- A replay names times. Events are stored nearly in their order, so a small index of this kind finds them.
        CREATE INDEX events_recorded ON events USING brin (recorded_at) WITH (pages_per_range = 32);
        COMMENT ON TABLE webhook_attempts IS 'What was sent, and how it was answered.';
        """;

    const string Partitions = """
        CREATE FUNCTION scim_add_attempt_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
            month timestamptz := date_trunc('month', now(), 'UTC');
            name text;
            added integer := 0;
        BEGIN
            FOR i IN 0..3 LOOP
                name := 'webhook_attempts_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
                IF to_regclass(quote_ident(name)) IS NULL THEN
                    EXECUTE format(
                        'CREATE TABLE %I PARTITION OF webhook_attempts FOR VALUES FROM (%L) TO (%L)',
                        name, month, month + interval '1 month'
                    );
                    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
                    EXECUTE format(
                        'CREATE POLICY backup ON %I FOR SELECT TO pg_database_owner USING (current_setting(''app.backup'', true) = ''on'')',
                        name
                    );
                    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'scim_app') THEN
                        EXECUTE format('REVOKE ALL ON %I FROM scim_app', name);
                    END IF;
                    added := added + 1;
                END IF;
                month := month + interval '1 month';
            END LOOP;
            RETURN added;
        END $$;
        COMMENT ON FUNCTION scim_add_attempt_partitions IS 'Makes the partitions of this month and of the next three that are missing.';
        SELECT scim_add_attempt_partitions();

        CREATE FUNCTION scim_drop_attempt_partitions(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT AS $$
        DECLARE
            name text;
            dropped integer := 0;
        BEGIN
            PERFORM set_config('lock_timeout', '2s', true);
            FOR name IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'webhook_attempts'::regclass
                    AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before AT TIME ZONE 'UTC'
            LOOP
                EXECUTE format('DROP TABLE %I', name);
                dropped := dropped + 1;
            END LOOP;
            RETURN dropped;
        END $$;
        COMMENT ON FUNCTION scim_drop_attempt_partitions IS 'Drops the partitions that hold nothing after that time.';
        """;

    const string Isolation = """
        DO $$
        DECLARE
            name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['webhook_endpoints', 'webhook_deliveries', 'webhook_attempts'] LOOP
                EXECUTE format('CREATE POLICY reach ON %I USING (scim_reaches(organization_id))', name);
                EXECUTE format(
                    'CREATE POLICY backup ON %I FOR SELECT TO pg_database_owner USING (current_setting(''app.backup'', true) = ''on'')',
                    name
                );
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
            END LOOP;
        END $$;
        """;
}
