using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>Where the servers of this database are reached.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261129000011_ServerAddress")]
sealed class ServerAddressTable : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            CREATE TABLE server_address (
                one boolean PRIMARY KEY DEFAULT true CHECK (one),
                url text NOT NULL
            );
            COMMENT ON TABLE server_address IS 'The URL by which clients reach the servers: the last one that started wrote it.';
            """
        );
}
