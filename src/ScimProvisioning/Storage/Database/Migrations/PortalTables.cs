using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>What the portal stores: links to it, and the sealed keys of its cookies.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261201000001_Portal")]
sealed class PortalTables : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Links);
        migrationBuilder.Sql(Keys);
        migrationBuilder.Sql(Isolation);
    }

    const string Links = """
        CREATE TABLE portal_links (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            connection_id uuid,
            hash bytea NOT NULL,
            return_url text,
            read_only boolean NOT NULL,
            is_many boolean NOT NULL,
            created_at timestamptz NOT NULL,
            created_by text NOT NULL,
            expires_at timestamptz NOT NULL,
            revoked_at timestamptz,
            uses bigint NOT NULL DEFAULT 0,
            last_used_at timestamptz,
            PRIMARY KEY (organization_id, id)
        );
        COMMENT ON TABLE portal_links IS 'Links by which a customer opens the portal.';
        COMMENT ON COLUMN portal_links.connection_id IS 'The only connection that it leads to; NULL: all of the organization.';
        COMMENT ON COLUMN portal_links.hash IS 'SHA-256 of the secret in the link.';
        COMMENT ON COLUMN portal_links.is_many IS 'Whether it may be used more than once.';
        COMMENT ON COLUMN portal_links.revoked_at IS 'From then on its sessions have ended, too.';
        CREATE UNIQUE INDEX portal_links_hash ON portal_links (hash);
        CREATE INDEX portal_links_expiry ON portal_links (expires_at);
        """;

    const string Keys = """
        CREATE TABLE portal_keys (
            id uuid PRIMARY KEY,
            sealed bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE portal_keys IS 'Keys of the cookies of the portal (ASP.NET data protection), sealed with the signing key.';
        """;

    const string Isolation = """
        CREATE POLICY reach ON portal_links USING (scim_reaches(organization_id));
        CREATE POLICY reach ON portal_keys USING (current_setting('app.organization_id', true) = '*');
        DO $$
        DECLARE
            name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['portal_links', 'portal_keys'] LOOP
                EXECUTE format(
                    'CREATE POLICY backup ON %I FOR SELECT TO pg_database_owner USING (current_setting(''app.backup'', true) = ''on'')',
                    name
                );
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
            END LOOP;
        END $$;
        """;
}
