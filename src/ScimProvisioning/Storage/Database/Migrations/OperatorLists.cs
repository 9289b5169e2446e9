using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// What operators look for among very many: organizations by their name, entries of the audit log by what was done and by whom, the newest
/// links to the portal.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261201000011_OperatorLists")]
sealed class OperatorLists : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            -- A column, since under row-level security an index of the function would not be used.
            ALTER TABLE organizations ADD COLUMN folded_name text COLLATE "C" GENERATED ALWAYS AS (scim_fold(name)) STORED;
            COMMENT ON COLUMN organizations.folded_name IS 'By which an organization is searched for and sorted.';
            CREATE INDEX organizations_name ON organizations (folded_name, id) WHERE deleted_at IS NULL;
            CREATE INDEX audit_log_action ON audit_log (action, id);
            CREATE INDEX audit_log_actor ON audit_log (actor, id);
            CREATE INDEX portal_links_id ON portal_links (id);
            """
        );
}
