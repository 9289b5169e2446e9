using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>How many people of a connection the application knows, by their status.</summary>
sealed record PersonCounts(long Active, long Inactive, long Deleted)
{
    /// <summary>More are not counted: it costs the same however large the directory is.</summary>
    public const int MostCounted = 100_000;

    public static NpgsqlBatchCommand Read(Guid connection)
    {
        var sql = new Sql();
        var id = sql.Add(connection);
        return sql.Statement($"SELECT {Of("active")}, {Of("inactive")}, {Of("deleted")}");

        string Of(string status) =>
            $"""
                (SELECT count(*) FROM (
                    SELECT FROM directory_users WHERE connection_id = {id} AND status = '{status}' LIMIT {MostCounted + 1}) counted)
                """;
    }

    public static async Task<PersonCounts> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return new(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2));
    }
}
