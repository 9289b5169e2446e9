using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary><c>scim_time</c> reads the times that <see cref="Scim.DateTimeText"/> reads, and no others.</summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261122000003_TimeRange")]
sealed class TimeRange : Migration
{
    /// <inheritdoc/>
    // PostgreSQL alone would also read 24:00, zones up to 15:59, and instants before the year 1 or after 9999.
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            CREATE OR REPLACE FUNCTION scim_time(value text) RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
            DECLARE
                instant timestamptz;
            BEGIN
                IF value !~* '^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d(:[0-5]\d(\.\d+)?)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?$' THEN
                    RETURN NULL;
                END IF;
                instant := regexp_replace(value, '(\.\d{6})\d+', '\1')::timestamptz;
                IF instant < '0001-01-01T00:00:00Z' OR instant >= '10000-01-01T00:00:00Z' THEN RETURN NULL; END IF;
                RETURN instant;
            EXCEPTION WHEN data_exception THEN
                RETURN NULL;
            END $$;
            """
        );
}
