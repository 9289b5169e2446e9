using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// Lets the owner of the database read every row for a backup, when its session says that it is one. The server's sessions act as another
/// role, which the policy does not name.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000012_BackupPolicy")]
sealed class BackupPolicy : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            DO $$
            DECLARE
                protected regclass;
            BEGIN
                FOR protected IN
                    SELECT oid FROM pg_class
                    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relrowsecurity
                LOOP
                    EXECUTE format(
                        'CREATE POLICY backup ON %s FOR SELECT TO pg_database_owner USING (current_setting(''app.backup'', true) = ''on'')',
                        protected
                    );
                END LOOP;
            END $$;
            """
        );
}
