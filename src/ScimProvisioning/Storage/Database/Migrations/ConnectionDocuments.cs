using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// Moves schemas and resource types of a connection to a row of their own, so that reading a connection does not load them.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000002_ConnectionDocuments")]
sealed class ConnectionDocuments : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            -- Row-level security hides all connections from a session that acts for no organization.
            SET LOCAL app.organization_id = '*';

            CREATE TABLE connection_documents (
                connection_id uuid PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
                schemas jsonb NOT NULL,
                resource_types jsonb NOT NULL
            );
            COMMENT ON TABLE connection_documents IS 'What a connection has registered; no row: nothing.';

            INSERT INTO connection_documents (connection_id, schemas, resource_types)
            SELECT id, schemas, resource_types FROM connections WHERE schemas <> '[]' OR resource_types <> '[]';

            ALTER TABLE connections DROP COLUMN schemas, DROP COLUMN resource_types;

            CREATE POLICY reach ON connection_documents USING (EXISTS (SELECT FROM connections c WHERE c.id = connection_id));
            ALTER TABLE connection_documents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            """
        );
}
