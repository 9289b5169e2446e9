using System.Text;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Scim;

namespace ScimProvisioning.Storage.Database.Migrations;

/// <summary>
/// Fast searches: folding in SQL instead of a folded copy, an index of terms, names to sort by, counts that writers keep.
/// </summary>
[DbContext(typeof(ScimDbContext))]
[Migration("20261122000001_Search")]
sealed class Search : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Fold());
        migrationBuilder.Sql(Time);
        migrationBuilder.Sql(SearchTables.Terms);
        migrationBuilder.Sql(SearchTables.IndexRole);
        migrationBuilder.Sql(SearchTables.Names);
        migrationBuilder.Sql(SearchTables.Counts);
    }

    /// <summary>
    /// <see cref="CaseFolding.Fold(string)"/> in SQL. PostgreSQL's <c>lower()</c> differs from it on some 1,400 characters, so that all
    /// that are not ASCII are listed, as this runtime maps them.
    /// </summary>
    static string Fold()
    {
        var (upper, lower) = (new StringBuilder(), new StringBuilder());
        for (var code = 128; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code))
                continue;
            var rune = new Rune(code).ToString();
            if (CaseFolding.Fold(rune) is var folded && folded == rune)
                continue;
            upper.Append(rune);
            lower.Append(folded);
        }
        return $"""
            CREATE FUNCTION scim_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN CASE WHEN octet_length(value) = length(value) THEN lower(value COLLATE "C")
                        ELSE translate(lower(value COLLATE "C"), '{upper}', '{lower}') END;
            COMMENT ON FUNCTION scim_fold IS 'The server''s case folding: simple mappings of single characters.';
            """;
    }

    // A value may have been stored before its schema was registered: what is no time compares with none, and stops no search.
    const string Time = """
        CREATE FUNCTION scim_time(value text) RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
        BEGIN
            IF value !~* '^\d{4}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$' THEN RETURN NULL; END IF;
            RETURN regexp_replace(value, '(\.\d{6})\d+', '\1')::timestamptz;
        EXCEPTION WHEN data_exception THEN
            RETURN NULL;
        END $$;
        COMMENT ON FUNCTION scim_time IS 'xsd:dateTime in microseconds, UTC unless it says otherwise; NULL for what is none.';
        """;
}
