using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// The table <c>events</c> becomes <c>changes</c>, with everything that is named after it. Servers of earlier builds must be stopped first.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000000_ChangeLog")]
sealed class ChangeLog : Migration
{
    /// <inheritdoc/>
    // A loop over the constraints, because from PostgreSQL 18 on each NOT NULL has a name, too.
    // The policy, connection_isolation, has the same name on every table. Privileges belong to the table and not to its name.
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE events RENAME TO changes;
            ALTER SEQUENCE events_sequence_seq RENAME TO changes_sequence_seq;
            DO $$
            DECLARE
                old name;
            BEGIN
                FOR old IN SELECT conname FROM pg_constraint WHERE conrelid = 'changes'::regclass AND starts_with(conname, 'events_') LOOP
                    EXECUTE format('ALTER TABLE changes RENAME CONSTRAINT %I TO %I', old, 'changes_' || substr(old, length('events_') + 1));
                END LOOP;
            END $$;
            COMMENT ON TABLE changes IS 'The change log: one row for each change of a connection or of a resource in its directory.';
            """
        );
}
