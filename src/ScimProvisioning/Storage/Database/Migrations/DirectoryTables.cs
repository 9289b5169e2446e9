namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// The statements of <see cref="Initial"/> for the directory and its change log. Each table has the connection first in its key. Row-level
/// security is the second wall behind the <c>connection_id = …</c> of each statement. There are no foreign keys: each would lock a shared
/// parent row in every write, and tombstones keep the rows.
/// </summary>
static class DirectoryTables
{
    public const string Up = """
        CREATE TABLE resources (
            connection_id uuid NOT NULL,
            id uuid NOT NULL,
            resource_type text COLLATE "C" NOT NULL,
            attributes jsonb NOT NULL,
            folded jsonb NOT NULL,
            user_name text COLLATE "C",
            display_name text COLLATE "C",
            external_id text COLLATE "C",
            active boolean,
            version bigint NOT NULL,
            created_at timestamptz NOT NULL,
            modified_at timestamptz NOT NULL,
            deleted_at timestamptz,
            PRIMARY KEY (connection_id, id)
        );
        COMMENT ON COLUMN resources.attributes IS 'The resource as returned, without id, meta, groups and members.';
        COMMENT ON COLUMN resources.folded IS 'attributes with names and string values folded by the server.';
        COMMENT ON COLUMN resources.user_name IS 'Folded userName of a User.';
        COMMENT ON COLUMN resources.display_name IS 'Folded displayName of a Group.';
        COMMENT ON COLUMN resources.deleted_at IS 'Set: a tombstone, invisible to SCIM; its names are free.';

        CREATE UNIQUE INDEX unique_user_name ON resources (connection_id, user_name) WHERE deleted_at IS NULL;
        CREATE UNIQUE INDEX unique_display_name ON resources (connection_id, display_name) WHERE deleted_at IS NULL;
        CREATE INDEX resources_external_id ON resources (connection_id, external_id) WHERE deleted_at IS NULL;
        CREATE INDEX resources_type ON resources (connection_id, resource_type, id) WHERE deleted_at IS NULL;

        CREATE TABLE group_members (
            connection_id uuid NOT NULL,
            group_id uuid NOT NULL,
            member_id uuid NOT NULL,
            added_at timestamptz NOT NULL,
            PRIMARY KEY (connection_id, group_id, member_id)
        );
        CREATE INDEX group_members_member ON group_members (connection_id, member_id);

        CREATE TABLE events (
            connection_id uuid NOT NULL,
            sequence bigint GENERATED ALWAYS AS IDENTITY,
            transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
            type text NOT NULL,
            resource_type text NOT NULL,
            resource_id uuid NOT NULL,
            version bigint NOT NULL,
            changes jsonb NOT NULL,
            request_id text NOT NULL,
            actor text NOT NULL,
            occurred_at timestamptz NOT NULL,
            PRIMARY KEY (connection_id, sequence)
        );
        COMMENT ON COLUMN events.transaction_id
            IS 'Readers stay below pg_snapshot_xmin(pg_current_snapshot()): sequence order is not commit order.';

        CREATE VIEW users WITH (security_invoker = true) AS
            SELECT connection_id, id, attributes ->> 'userName' AS user_name, attributes ->> 'displayName' AS display_name,
                   external_id, active, attributes, version, created_at, modified_at
            FROM resources WHERE resource_type = 'User' AND deleted_at IS NULL;
        CREATE VIEW groups WITH (security_invoker = true) AS
            SELECT connection_id, id, attributes ->> 'displayName' AS display_name, external_id,
                   attributes, version, created_at, modified_at
            FROM resources WHERE resource_type = 'Group' AND deleted_at IS NULL;

        ALTER TABLE resources ENABLE ROW LEVEL SECURITY;
        ALTER TABLE resources FORCE ROW LEVEL SECURITY;
        CREATE POLICY connection_isolation ON resources
            USING (connection_id = nullif(current_setting('app.connection_id', true), '')::uuid);
        ALTER TABLE group_members ENABLE ROW LEVEL SECURITY;
        ALTER TABLE group_members FORCE ROW LEVEL SECURITY;
        CREATE POLICY connection_isolation ON group_members
            USING (connection_id = nullif(current_setting('app.connection_id', true), '')::uuid);
        ALTER TABLE events ENABLE ROW LEVEL SECURITY;
        ALTER TABLE events FORCE ROW LEVEL SECURITY;
        CREATE POLICY connection_isolation ON events
            USING (connection_id = nullif(current_setting('app.connection_id', true), '')::uuid);
        """;
}
