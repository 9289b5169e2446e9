namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// The statements of <see cref="ReleasedDirectory"/>. Each table has the connection first in its key and the organization beside it. A
/// session sees a row when it reaches the organization, or is confined to the connection.
/// </summary>
static class ReleasedTables
{
    /// <summary>A reader of the change log goes by the pair: <c>sequence</c> alone is not the order of commits.</summary>
    public const string ChangeLogKey = """
        ALTER TABLE changes DROP CONSTRAINT changes_pkey;
        ALTER TABLE changes ADD CONSTRAINT changes_pkey PRIMARY KEY (connection_id, transaction_id, sequence);
        -- For the look over all connections for changes that no server has told of.
        CREATE POLICY look ON changes FOR SELECT USING (current_setting('app.organization_id', true) = '*');
        """;

    public const string People = """
        CREATE TABLE directory_users (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid NOT NULL,
            resource_id uuid,
            is_linked boolean NOT NULL,
            external_id text COLLATE "C",
            uid text COLLATE "C",
            uid_key text COLLATE "C",
            app_user_id text COLLATE "C",
            status text NOT NULL CHECK (status IN ('active', 'inactive', 'deleted')),
            status_reason text,
            user_name text COLLATE "C",
            email text COLLATE "C",
            display_name text COLLATE "C",
            employee_number text COLLATE "C",
            mapped jsonb NOT NULL,
            own jsonb NOT NULL,
            local jsonb NOT NULL,
            managed text[] NOT NULL,
            manager_resource_id uuid,
            manager_id uuid,
            roles jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            PRIMARY KEY (connection_id, id)
        );
        COMMENT ON TABLE directory_users IS 'One row for each person as the application was told.';
        COMMENT ON COLUMN directory_users.resource_id IS 'The SCIM resource of the person, or the last one; NULL: an imported person.';
        COMMENT ON COLUMN directory_users.is_linked IS 'Whether that resource is live.';
        COMMENT ON COLUMN directory_users.uid_key IS 'uid as it is compared.';
        COMMENT ON COLUMN directory_users.user_name IS 'Folded, as are email and display_name.';
        COMMENT ON COLUMN directory_users.mapped IS 'What the mapping gave, by name of the catalogue.';
        COMMENT ON COLUMN directory_users.own IS 'What the application gave to attributes that are not managed.';
        CREATE UNIQUE INDEX directory_users_resource ON directory_users (connection_id, resource_id) WHERE resource_id IS NOT NULL;
        CREATE INDEX directory_users_uid ON directory_users (connection_id, uid_key);
        CREATE INDEX directory_users_user_name ON directory_users (connection_id, user_name);
        CREATE INDEX directory_users_email ON directory_users (connection_id, email);
        CREATE INDEX directory_users_display_name ON directory_users (connection_id, display_name);
        CREATE INDEX directory_users_external_id ON directory_users (connection_id, external_id);
        CREATE INDEX directory_users_app_user_id ON directory_users (connection_id, app_user_id) WHERE app_user_id IS NOT NULL;
        CREATE INDEX directory_users_employee ON directory_users (connection_id, employee_number) WHERE employee_number IS NOT NULL;
        CREATE INDEX directory_users_status ON directory_users (connection_id, status, id);
        CREATE INDEX directory_users_manager ON directory_users (connection_id, manager_resource_id)
            WHERE manager_resource_id IS NOT NULL;

        CREATE TABLE directory_user_roles (
            connection_id uuid NOT NULL,
            role_key text COLLATE "C" NOT NULL,
            user_id uuid NOT NULL,
            organization_id uuid NOT NULL,
            PRIMARY KEY (connection_id, role_key, user_id)
        );
        CREATE INDEX directory_user_roles_user ON directory_user_roles (connection_id, user_id);

        CREATE TABLE directory_groups (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid NOT NULL,
            external_id text COLLATE "C",
            name text NOT NULL,
            name_key text COLLATE "C" NOT NULL,
            member_count bigint NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            deleted_at timestamptz,
            PRIMARY KEY (connection_id, id)
        );
        CREATE INDEX directory_groups_name ON directory_groups (connection_id, name_key);

        CREATE TABLE directory_members (
            connection_id uuid NOT NULL,
            group_id uuid NOT NULL,
            resource_id uuid NOT NULL,
            person_id uuid,
            organization_id uuid NOT NULL,
            PRIMARY KEY (connection_id, group_id, resource_id)
        );
        COMMENT ON TABLE directory_members IS 'The memberships that the projection has seen; those with a person were told.';
        CREATE INDEX directory_members_resource ON directory_members (connection_id, resource_id);
        CREATE INDEX directory_members_person ON directory_members (connection_id, group_id, person_id) WHERE person_id IS NOT NULL;
        """;

    public const string Work = """
        CREATE TABLE projections (
            connection_id uuid PRIMARY KEY,
            organization_id uuid NOT NULL,
            transaction_id xid8 NOT NULL DEFAULT '0',
            sequence bigint NOT NULL DEFAULT 0,
            releases boolean NOT NULL DEFAULT false,
            initial_load boolean NOT NULL DEFAULT true,
            rebuild_stage text CHECK (rebuild_stage IN ('groups', 'users', 'people')),
            rebuild_after uuid,
            rebuild_done bigint NOT NULL DEFAULT 0,
            rebuild_total bigint NOT NULL DEFAULT 0,
            rebuild_started_at timestamptz,
            rebuild_request_id text,
            rebuilt_at timestamptz
        );
        COMMENT ON TABLE projections IS 'How far the change log of a connection was released, and the rebuild that runs; NULL stage: none.';
        COMMENT ON COLUMN projections.initial_load IS 'No rebuild has been completed since the connection was first enabled.';

        CREATE TABLE directory_dirty (
            connection_id uuid NOT NULL,
            resource_id uuid NOT NULL,
            organization_id uuid NOT NULL,
            PRIMARY KEY (connection_id, resource_id)
        );
        COMMENT ON TABLE directory_dirty IS 'Users to be projected again because something that they depend on has changed.';

        CREATE TABLE directory_problems (
            connection_id uuid NOT NULL,
            resource_id uuid NOT NULL,
            kind text NOT NULL,
            attribute text NOT NULL,
            organization_id uuid NOT NULL,
            message text NOT NULL,
            other uuid,
            uid_key text COLLATE "C",
            holds boolean NOT NULL,
            since timestamptz NOT NULL,
            PRIMARY KEY (connection_id, resource_id, kind, attribute)
        );
        COMMENT ON COLUMN directory_problems.uid_key IS 'The uid that the user waits for, when another one has it.';
        CREATE INDEX directory_problems_uid ON directory_problems (connection_id, uid_key) WHERE uid_key IS NOT NULL;

        CREATE TABLE directory_rules (
            connection_id uuid PRIMARY KEY,
            organization_id uuid NOT NULL,
            mapping jsonb,
            scope jsonb,
            role_mappings jsonb
        );
        COMMENT ON TABLE directory_rules IS 'NULL: the default.';

        CREATE TABLE directory_catalogue (
            one boolean PRIMARY KEY DEFAULT true CHECK (one),
            attributes jsonb,
            roles jsonb NOT NULL DEFAULT '[]'
        );
        COMMENT ON TABLE directory_catalogue IS 'What the application knows of people, for all connections; NULL: the default.';
        INSERT INTO directory_catalogue DEFAULT VALUES;

        CREATE TABLE directory_plans (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid NOT NULL,
            request jsonb NOT NULL,
            state text NOT NULL CHECK (state IN ('computing', 'ready', 'applied', 'failed')),
            result jsonb,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            PRIMARY KEY (connection_id, id)
        );

        CREATE TABLE directory_imports (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            organization_id uuid NOT NULL,
            state text NOT NULL CHECK (state IN ('running', 'completed', 'failed')),
            rows_read bigint NOT NULL,
            created bigint NOT NULL,
            updated bigint NOT NULL,
            failed bigint NOT NULL,
            errors jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            finished_at timestamptz,
            PRIMARY KEY (connection_id, id)
        );
        """;

    /// <summary>
    /// What the application is told. Positions are drawn under one advisory lock, so that their order is the order of commits. The body is
    /// text: the very bytes that are sent.
    /// </summary>
    public const string Events = """
        CREATE SEQUENCE events_position;
        CREATE TABLE event_log (
            one boolean PRIMARY KEY DEFAULT true CHECK (one),
            epoch integer NOT NULL
        );
        COMMENT ON TABLE event_log IS 'A restored database begins a new epoch: positions of an earlier one are not valid in it.';
        INSERT INTO event_log (epoch) VALUES (1);

        CREATE TABLE events (
            position bigint NOT NULL,
            recorded_at timestamptz NOT NULL DEFAULT now(),
            connection_id uuid,
            organization_id uuid,
            id uuid NOT NULL,
            type text NOT NULL,
            object_id uuid,
            version bigint,
            body text NOT NULL,
            PRIMARY KEY (position, recorded_at)
        ) PARTITION BY RANGE (recorded_at);
        CREATE INDEX events_connection ON events (connection_id, position);
        CREATE INDEX events_organization ON events (organization_id, position);
        CREATE INDEX events_object ON events (connection_id, object_id, position);

        CREATE FUNCTION scim_add_event_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
            month timestamptz := date_trunc('month', now(), 'UTC');
            name text;
            added integer := 0;
        BEGIN
            FOR i IN 0..3 LOOP
                name := 'events_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
                IF to_regclass(quote_ident(name)) IS NULL THEN
                    EXECUTE format(
                        'CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', name, month, month + interval '1 month'
                    );
                    -- Policies are not inherited: whoever names a partition directly sees nothing.
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
        COMMENT ON FUNCTION scim_add_event_partitions IS 'Makes the partitions of this month and of the next three that are missing.';
        SELECT scim_add_event_partitions();

        CREATE FUNCTION scim_drop_event_partitions(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT AS $$
        DECLARE
            name text;
            dropped integer := 0;
        BEGIN
            PERFORM set_config('lock_timeout', '2s', true);
            FOR name IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'events'::regclass
                    AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before AT TIME ZONE 'UTC'
            LOOP
                EXECUTE format('DROP TABLE %I', name);
                dropped := dropped + 1;
            END LOOP;
            RETURN dropped;
        END $$;
        COMMENT ON FUNCTION scim_drop_event_partitions IS 'Drops the partitions that hold nothing after that time.';
        """;

    public const string Isolation = """
        DO $$
        DECLARE
            name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['directory_users', 'directory_user_roles', 'directory_groups', 'directory_members', 'projections',
                'directory_dirty', 'directory_problems', 'directory_rules', 'directory_plans', 'directory_imports', 'events']
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
