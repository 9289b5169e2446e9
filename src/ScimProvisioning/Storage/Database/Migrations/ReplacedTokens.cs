using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>Of a secret token that was rotated and is good for some hours more, people see so.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261201000020_ReplacedTokens")]
sealed class ReplacedTokens : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE tokens ADD COLUMN replaced_at timestamptz;
            COMMENT ON COLUMN tokens.replaced_at IS 'When another one was made in its place; it stays good until it expires.';
            """
        );
}
