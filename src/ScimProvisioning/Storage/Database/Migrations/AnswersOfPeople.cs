using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// Answers for an <c>Idempotency-Key</c> that may hold what is known of people are found by their connection, for a purge. A webhook
/// endpoint knows after which event it was made.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261201000010_AnswersOfPeople")]
sealed class AnswersOfPeople : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            ALTER TABLE idempotency_keys ADD connection_id uuid;
            COMMENT ON COLUMN idempotency_keys.connection_id IS 'Of answers that may hold what is known of people; else NULL.';
            CREATE INDEX idempotency_keys_connection ON idempotency_keys (connection_id) WHERE connection_id IS NOT NULL;
            -- Whoever erases somebody of a connection erases the answers that other admin keys have got, too.
            DROP POLICY reach ON idempotency_keys;
            CREATE POLICY reach ON idempotency_keys
                USING (scim_reaches(organization_id) OR connection_id = nullif(current_setting('app.connection_id', true), '')::uuid);

            ALTER TABLE webhook_endpoints ADD first_position bigint;
            COMMENT ON COLUMN webhook_endpoints.first_position IS 'It gets the events after this; NULL: it is older than this column.';
            """
        );
}
