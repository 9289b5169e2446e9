using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>For applications that read the directory: keys of their own, people and groups by id alone, the end of the events.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000017_AppAccess")]
sealed class AppAccess : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE admin_keys DROP CONSTRAINT admin_keys_scope_check;
            ALTER TABLE admin_keys ADD CONSTRAINT admin_keys_scope_check CHECK (scope IN ('full', 'read', 'app'));

            CREATE INDEX directory_users_id ON directory_users (id);
            CREATE INDEX directory_groups_id ON directory_groups (id);
            CREATE INDEX directory_groups_external_id ON directory_groups (connection_id, external_id) WHERE external_id IS NOT NULL;

            -- A position tells nothing of the event, so each session may know the last of all. The reach is widened by a statement: only a
            -- superuser could do it in the definition of the function.
            CREATE FUNCTION scim_events_end() RETURNS text LANGUAGE plpgsql AS $$
            DECLARE
                reach text := coalesce(current_setting('app.organization_id', true), '');
                last text;
            BEGIN
                PERFORM set_config('app.organization_id', '*', true);
                SELECT (SELECT epoch FROM event_log) || '-' || coalesce((SELECT position FROM events ORDER BY position DESC LIMIT 1), 0)
                    INTO last;
                PERFORM set_config('app.organization_id', reach, true);
                RETURN last;
            END $$;
            COMMENT ON FUNCTION scim_events_end IS 'The position of the last event that was committed, as the feed takes it.';
            """
        );
}
