using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// A column for the work e-mail, by which Entra matches. Each user is written again: a minute or two for a million. Servers of earlier
/// builds must be stopped first, since they do not fill it.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261202000000_WorkEmail")]
sealed class WorkEmail : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE resources ADD COLUMN work_email text COLLATE "C";
            COMMENT ON COLUMN resources.work_email
                IS 'Folded value of the only e-mail of the type work; empty: there are several, or it is long.';
            -- An owner that is no superuser would see no row to fill.
            ALTER TABLE resources NO FORCE ROW LEVEL SECURITY;
            UPDATE resources r SET work_email = (
                SELECT CASE WHEN count(*) = 1 AND max(length(e ->> 'value')) <= 512 THEN scim_fold(min(e ->> 'value')) ELSE '' END
                FROM jsonb_array_elements(r.attributes -> 'emails') e
                WHERE jsonb_typeof(e) = 'object' AND jsonb_typeof(e -> 'value') = 'string' AND scim_fold(e ->> 'type') = 'work'
                HAVING count(*) > 0)
            -- Tombstones too: they may be restored.
            WHERE resource_type = 'User' AND jsonb_typeof(attributes -> 'emails') = 'array';
            ALTER TABLE resources FORCE ROW LEVEL SECURITY;
            CREATE INDEX resources_work_email ON resources (connection_id, work_email) WHERE work_email IS NOT NULL AND deleted_at IS NULL;
            """
        );
}
