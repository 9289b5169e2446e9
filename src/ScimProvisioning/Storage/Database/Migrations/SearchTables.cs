namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>The statements of <see cref="Search"/>.</summary>
static class SearchTables
{
    /// <summary>
    /// A term for each value of a document: the hash of connection, path and value, so that one index serves <c>eq</c> on any attribute of
    /// any tenant.
    /// </summary>
    public const string Terms = """
        -- An owner that is no superuser would see no row to fill.
        ALTER TABLE resources NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE resources ADD COLUMN terms bigint[] NOT NULL DEFAULT '{}';
        COMMENT ON COLUMN resources.terms IS 'For each value: the first 8 bytes of sha256(connection | path = folded value), big-endian.';

        WITH RECURSIVE leaf(connection_id, id, path, value) AS (
            SELECT connection_id, id, '', attributes FROM resources WHERE deleted_at IS NULL
            UNION ALL
            SELECT l.connection_id, l.id, n.path, n.value
            FROM leaf l CROSS JOIN LATERAL (
                SELECT l.path || '.' || scim_fold(o.key), o.value
                FROM jsonb_each(CASE jsonb_typeof(l.value) WHEN 'object' THEN l.value ELSE '{}' END) o
                UNION ALL
                SELECT l.path, a FROM jsonb_array_elements(CASE jsonb_typeof(l.value) WHEN 'array' THEN l.value ELSE '[]' END) a
            ) n(path, value)
        ), text_of AS (
            SELECT connection_id, id, path, scim_fold(value #>> '{}') AS text FROM leaf
            WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean')
            UNION
            SELECT connection_id, id, path, trim_scale((value #>> '{}')::numeric)::text FROM leaf WHERE jsonb_typeof(value) = 'number'
            UNION
            SELECT connection_id, id, path, to_char(scim_time(value #>> '{}') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            FROM leaf WHERE jsonb_typeof(value) = 'string' AND scim_time(value #>> '{}') IS NOT NULL
        ), hashed AS (
            SELECT connection_id, id, array_agg(DISTINCT (
                'x' || encode(substring(sha256(convert_to(connection_id || '|' || path || '=' || text, 'UTF8')) for 8), 'hex')
            )::bit(64)::bigint) AS terms
            FROM text_of GROUP BY connection_id, id
        )
        UPDATE resources r SET terms = hashed.terms FROM hashed WHERE r.connection_id = hashed.connection_id AND r.id = hashed.id;

        ALTER TABLE resources DROP COLUMN folded;
        -- New terms wait in a list that every search reads, too: a short one.
        CREATE INDEX resources_terms ON resources USING gin (terms) WITH (gin_pending_list_limit = 64) WHERE deleted_at IS NULL;
        """;

    /// <summary>
    /// Under row-level security only leakproof operators may use an index, and those of arrays are not leakproof. So there is one view,
    /// owned by a role that the policy does not bind. It tells only which ids of the session's connection have certain terms or names. If
    /// the login may not create roles, the policy binds the view too, and searches by other attributes than names are slower.
    /// </summary>
    public const string IndexRole = """
        CREATE VIEW searchable AS
            SELECT connection_id, resource_type, id, terms, user_name, display_name, external_id
            FROM resources
            WHERE connection_id = nullif(current_setting('app.connection_id', true), '')::uuid AND deleted_at IS NULL;
        COMMENT ON VIEW searchable IS 'Where the index of terms is used: the session''s connection only.';

        DO $$
        BEGIN
            BEGIN
                CREATE ROLE scim_index NOLOGIN NOBYPASSRLS;
            EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
                RAISE NOTICE 'role scim_index: %', SQLERRM;
            END;

            BEGIN
                IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                    GRANT scim_index TO CURRENT_USER;
                END IF;
                EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO scim_index', current_schema());
                GRANT SELECT (connection_id, resource_type, id, terms, user_name, display_name, external_id, deleted_at)
                    ON resources TO scim_index;
                CREATE POLICY index_lookup ON resources FOR SELECT TO scim_index USING (true);
                ALTER VIEW searchable OWNER TO scim_index;
                EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM scim_index', current_schema());
                -- Its policy would bind, or rather not bind, its members too.
                IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                    REVOKE scim_index FROM CURRENT_USER;
                END IF;
            EXCEPTION WHEN undefined_object OR unique_violation OR insufficient_privilege THEN
                RAISE NOTICE 'owner of searchable: %', SQLERRM;
            END;

            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'scim_app') THEN
                GRANT SELECT ON searchable TO scim_app;
            END IF;
        END $$;
        """;

    /// <summary>
    /// Indexes hold only rows that have the name. Users are found and sorted by <c>displayName</c> too. A connection may allow several
    /// groups of the same name.
    /// </summary>
    public const string Names = """
        ALTER TABLE resources ADD COLUMN group_name text COLLATE "C";
        COMMENT ON COLUMN resources.display_name IS 'Folded displayName of a User or Group.';
        COMMENT ON COLUMN resources.group_name IS 'Folded displayName of a Group that no other may have.';
        UPDATE resources SET group_name = display_name WHERE resource_type = 'Group';
        UPDATE resources SET display_name = scim_fold(left(attributes ->> 'displayName', 512)) WHERE resource_type = 'User';

        DROP INDEX unique_user_name, unique_display_name, resources_external_id;
        CREATE UNIQUE INDEX unique_user_name ON resources (connection_id, user_name) WHERE user_name IS NOT NULL AND deleted_at IS NULL;
        CREATE UNIQUE INDEX unique_group_name ON resources (connection_id, group_name) WHERE group_name IS NOT NULL AND deleted_at IS NULL;
        CREATE INDEX resources_display_name ON resources (connection_id, resource_type, display_name, id) WHERE deleted_at IS NULL;
        CREATE INDEX resources_external_id ON resources (connection_id, external_id) WHERE external_id IS NOT NULL AND deleted_at IS NULL;

        -- Most are active.
        CREATE INDEX resources_inactive ON resources (connection_id, resource_type, id) WHERE NOT active AND deleted_at IS NULL;
        -- The groups of a member in order, from the index alone.
        DROP INDEX group_members_member;
        CREATE INDEX group_members_member ON group_members (connection_id, member_id, group_id);

        CREATE TABLE unique_values (
            connection_id uuid NOT NULL,
            resource_type text COLLATE "C" NOT NULL,
            attribute text COLLATE "C" NOT NULL,
            value text COLLATE "C" NOT NULL,
            resource_id uuid NOT NULL,
            CONSTRAINT unique_value PRIMARY KEY (connection_id, resource_type, attribute, value)
        );
        COMMENT ON TABLE unique_values IS 'Values of attributes that a registered schema calls unique.';
        CREATE INDEX unique_values_resource ON unique_values (connection_id, resource_id);
        ALTER TABLE unique_values ENABLE ROW LEVEL SECURITY;
        ALTER TABLE unique_values FORCE ROW LEVEL SECURITY;
        CREATE POLICY connection_isolation ON unique_values
            USING (connection_id = nullif(current_setting('app.connection_id', true), '')::uuid);

        -- Room on the page for a change that no index sees.
        ALTER TABLE resources SET (fillfactor = 90);
        """;

    /// <summary>The number of resources, as the sum of several rows for each type, so that writers do not wait for each other.</summary>
    public const string Counts = """
        CREATE TABLE resource_counts (
            connection_id uuid NOT NULL,
            resource_type text COLLATE "C" NOT NULL,
            slot smallint NOT NULL,
            count bigint NOT NULL,
            PRIMARY KEY (connection_id, resource_type, slot)
        ) WITH (fillfactor = 50);
        INSERT INTO resource_counts
        SELECT connection_id, resource_type, 0, count(*) FROM resources WHERE deleted_at IS NULL GROUP BY connection_id, resource_type;
        ALTER TABLE resources FORCE ROW LEVEL SECURITY;
        ALTER TABLE resource_counts ENABLE ROW LEVEL SECURITY;
        ALTER TABLE resource_counts FORCE ROW LEVEL SECURITY;
        CREATE POLICY connection_isolation ON resource_counts
            USING (connection_id = nullif(current_setting('app.connection_id', true), '')::uuid);
        """;
}
