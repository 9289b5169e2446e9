using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>The first tables. A migration is never edited after it landed: later changes are later classes.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261121000000_Initial")]
sealed class Initial : Migration
{
    // The application acts as a role that owns nothing and bypasses nothing. Roles belong to the whole cluster, so another
    // database's migration may create it at the same moment; a login that may not create roles is used as it is.
    const string AppRole = """
        DO $$
        BEGIN
            BEGIN
                CREATE ROLE scim_app NOLOGIN NOBYPASSRLS;
            EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
                RAISE NOTICE 'role scim_app: %', SQLERRM;
            END;

            BEGIN
                IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                    GRANT scim_app TO CURRENT_USER;
                END IF;
            EXCEPTION WHEN undefined_object OR unique_violation OR insufficient_privilege THEN
                RAISE NOTICE 'grant scim_app: %', SQLERRM;
            END;

            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'scim_app') THEN
                EXECUTE format('GRANT USAGE ON SCHEMA %I TO scim_app', current_schema());
                EXECUTE format(
                    'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO scim_app', current_schema()
                );
                EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO scim_app', current_schema());
            END IF;
        END $$;
        """;

    const string ControlPlane = """
        CREATE TABLE organizations (
            id uuid PRIMARY KEY,
            name text NOT NULL,
            external_id text,
            created_at timestamptz NOT NULL
        );

        CREATE TABLE connections (
            id uuid PRIMARY KEY,
            organization_id uuid NOT NULL REFERENCES organizations (id),
            key text NOT NULL UNIQUE,
            name text NOT NULL,
            provider text NOT NULL,
            state text NOT NULL CHECK (state IN ('pending', 'active', 'paused', 'disconnected', 'deleted')),
            created_at timestamptz NOT NULL
        );
        CREATE INDEX connections_organization ON connections (organization_id, id);

        CREATE TABLE tokens (
            id uuid PRIMARY KEY,
            connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            label text,
            jti_hash bytea NOT NULL UNIQUE,
            hint text NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz,
            revoked_at timestamptz,
            last_used_at timestamptz
        );
        CREATE INDEX tokens_connection ON tokens (connection_id, id);

        CREATE TABLE admin_keys (
            id uuid PRIMARY KEY,
            hash bytea NOT NULL UNIQUE,
            created_at timestamptz NOT NULL
        );

        INSERT INTO organizations (id, name, created_at)
        VALUES ('00000000-0000-7000-8000-000000000001', 'Default', date_trunc('milliseconds', now()));
        """;

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        // First, so that every table below and in later migrations is granted as it is created.
        migrationBuilder.Sql(AppRole);
        migrationBuilder.Sql(ControlPlane);
        migrationBuilder.Sql(DirectoryTables.Up);
    }
}
