using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// To find values that several people have in the indexes alone. Row-level security asks for the organization of each row, too, which would
/// be looked up in the table.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261201000030_SharedValues")]
sealed class SharedValues : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            DROP INDEX directory_users_email, directory_users_user_name, directory_users_employee, directory_users_app_user_id;
            CREATE INDEX directory_users_email ON directory_users (connection_id, email) INCLUDE (organization_id);
            CREATE INDEX directory_users_user_name ON directory_users (connection_id, user_name) INCLUDE (organization_id);
            CREATE INDEX directory_users_employee ON directory_users (connection_id, employee_number) INCLUDE (organization_id)
                WHERE employee_number IS NOT NULL;
            CREATE INDEX directory_users_app_user_id ON directory_users (connection_id, app_user_id) INCLUDE (organization_id)
                WHERE app_user_id IS NOT NULL;
            """
        );
}
