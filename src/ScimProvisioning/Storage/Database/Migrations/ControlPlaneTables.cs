namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>The statements of <see cref="ControlPlane"/>: organizations, connections and their credentials.</summary>
static class ControlPlaneTables
{
    public const string Connections = """
        ALTER TABLE organizations
            ADD COLUMN max_connections integer CHECK (max_connections >= 0),
            ADD COLUMN deleted_at timestamptz;
        COMMENT ON COLUMN organizations.max_connections IS 'NULL: any number.';
        COMMENT ON COLUMN organizations.deleted_at IS 'Set: a tombstone, which its deleted connections still belong to.';
        CREATE UNIQUE INDEX unique_organization_external_id ON organizations (external_id) WHERE deleted_at IS NULL;

        ALTER TABLE connections
            DROP CONSTRAINT connections_state_check,
            ADD CONSTRAINT connections_state_check CHECK (state IN ('pending', 'active', 'paused', 'disabled', 'disconnected', 'deleted')),
            ADD COLUMN state_before text NOT NULL DEFAULT 'pending' CHECK (state_before IN ('pending', 'active')),
            ADD COLUMN state_reason text,
            ADD COLUMN state_changed_at timestamptz,
            ADD COLUMN version bigint NOT NULL DEFAULT 1,
            ADD COLUMN entra_tenant_id uuid,
            ADD COLUMN entra_app_object_id uuid,
            ADD COLUMN accept_entra_tokens boolean NOT NULL DEFAULT true,
            ADD COLUMN allowed_addresses text[] NOT NULL DEFAULT '{}';
        COMMENT ON COLUMN connections.state_before IS 'What a connection that is paused or disabled goes back to.';
        COMMENT ON COLUMN connections.allowed_addresses IS 'CIDR; none: any address.';
        CREATE INDEX connections_entra_tenant ON connections (entra_tenant_id) WHERE entra_tenant_id IS NOT NULL;

        UPDATE connections SET provider = CASE provider WHEN 'entra_id' THEN 'entra' ELSE 'custom' END
        WHERE provider IN ('entra_id', 'google');
        """;

    public const string Credentials = """
        CREATE TABLE oauth_clients (
            id uuid PRIMARY KEY,
            connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            client_id text NOT NULL UNIQUE,
            label text,
            scopes text[] NOT NULL,
            assertion_issuer text,
            assertion_subject text,
            assertion_audience text,
            created_at timestamptz NOT NULL,
            created_by text NOT NULL,
            revoked_at timestamptz
        );
        CREATE INDEX oauth_clients_connection ON oauth_clients (connection_id, id);
        CREATE INDEX oauth_clients_assertion ON oauth_clients (assertion_subject) WHERE assertion_subject IS NOT NULL;
        COMMENT ON COLUMN oauth_clients.assertion_issuer
            IS 'Set with subject and audience: the client proves itself by a token of this issuer (RFC 7523), not by a secret.';

        CREATE TABLE oauth_client_secrets (
            id uuid PRIMARY KEY,
            connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            oauth_client_id uuid NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
            hash bytea NOT NULL UNIQUE,
            hint text NOT NULL,
            created_at timestamptz NOT NULL,
            created_by text NOT NULL,
            expires_at timestamptz,
            revoked_at timestamptz,
            last_used_at timestamptz,
            warned_days integer
        );
        CREATE INDEX oauth_client_secrets_client ON oauth_client_secrets (oauth_client_id, id);

        ALTER TABLE tokens
            ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,write}',
            ADD COLUMN created_by text NOT NULL DEFAULT 'unknown',
            ADD COLUMN oauth_client_id uuid REFERENCES oauth_clients (id) ON DELETE CASCADE,
            ADD COLUMN last_used_address text,
            ADD COLUMN last_used_agent text,
            ADD COLUMN warned_days integer;
        COMMENT ON COLUMN tokens.oauth_client_id IS 'Set: an access token of that client, which lives for an hour.';
        COMMENT ON COLUMN tokens.warned_days IS 'The last warning before the expiry: so many days.';
        CREATE INDEX tokens_expiry ON tokens (expires_at) WHERE revoked_at IS NULL;
        CREATE INDEX tokens_oauth_client ON tokens (oauth_client_id, expires_at) WHERE oauth_client_id IS NOT NULL;

        ALTER TABLE admin_keys
            ADD COLUMN label text,
            ADD COLUMN hint text NOT NULL DEFAULT '',
            ADD COLUMN scope text NOT NULL DEFAULT 'full' CHECK (scope IN ('full', 'read')),
            ADD COLUMN organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
            ADD COLUMN created_by text NOT NULL DEFAULT 'unknown',
            ADD COLUMN last_used_at timestamptz,
            ADD COLUMN revoked_at timestamptz;
        COMMENT ON COLUMN admin_keys.organization_id IS 'NULL: all organizations.';
        """;

    public const string Logs = """
        CREATE TABLE failed_logins (
            connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            id uuid NOT NULL,
            occurred_at timestamptz NOT NULL,
            reason text NOT NULL,
            token_id uuid,
            oauth_client_id uuid,
            address text,
            user_agent text,
            request_id text NOT NULL,
            PRIMARY KEY (connection_id, id)
        );

        CREATE TABLE audit_log (
            id uuid PRIMARY KEY,
            occurred_at timestamptz NOT NULL,
            actor text NOT NULL,
            action text NOT NULL,
            organization_id uuid,
            connection_id uuid,
            target_type text NOT NULL,
            target_id uuid NOT NULL,
            before jsonb,
            after jsonb,
            request_id text NOT NULL,
            address text
        );
        CREATE INDEX audit_log_organization ON audit_log (organization_id, id);
        CREATE INDEX audit_log_connection ON audit_log (connection_id, id);
        COMMENT ON TABLE audit_log IS 'Every change by an admin, without secrets. No foreign keys: it outlives what it tells of.';

        CREATE TABLE idempotency_keys (
            admin_key_id uuid NOT NULL,
            key_hash bytea NOT NULL,
            organization_id uuid,
            request_hash bytea NOT NULL,
            answer bytea NOT NULL,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (admin_key_id, key_hash)
        );
        COMMENT ON COLUMN idempotency_keys.answer
            IS 'Encrypted under the signing key and the key of the caller: it may hold a secret that is shown once.';

        CREATE TABLE jobs (
            name text PRIMARY KEY,
            last_run_at timestamptz NOT NULL
        );
        COMMENT ON TABLE jobs IS 'What runs once across all servers, and when it last did.';
        """;

    /// <summary>
    /// <c>app.organization_id</c> is the organization that a session acts for, or <c>*</c> for all; <c>app.connection_id</c> is the
    /// connection. A session that has set neither sees no row. That is true of migrations too: one that changes rows sets <c>*</c> first.
    /// </summary>
    public const string Isolation = """
        CREATE FUNCTION scim_reaches(organization uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
        RETURN coalesce(current_setting('app.organization_id', true) IN ('*', organization::text), false);
        COMMENT ON FUNCTION scim_reaches IS 'Whether the session acts for this organization, or for all.';

        CREATE POLICY reach ON organizations USING (scim_reaches(id));
        CREATE POLICY reach ON connections
            USING (scim_reaches(organization_id) OR id = nullif(current_setting('app.connection_id', true), '')::uuid);
        CREATE POLICY reach ON admin_keys USING (scim_reaches(organization_id));
        CREATE POLICY reach ON audit_log USING (scim_reaches(organization_id));
        CREATE POLICY reach ON idempotency_keys USING (scim_reaches(organization_id));
        -- A connection that the session cannot see hides what belongs to it.
        CREATE POLICY reach ON tokens USING (EXISTS (SELECT FROM connections c WHERE c.id = connection_id));
        CREATE POLICY reach ON oauth_clients USING (EXISTS (SELECT FROM connections c WHERE c.id = connection_id));
        CREATE POLICY reach ON oauth_client_secrets USING (EXISTS (SELECT FROM connections c WHERE c.id = connection_id));
        CREATE POLICY reach ON failed_logins USING (EXISTS (SELECT FROM connections c WHERE c.id = connection_id));

        ALTER TABLE organizations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE connections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE admin_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE oauth_clients ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE oauth_client_secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE failed_logins ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        """;
}
