using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>How many people of a connection the application knows, by their status.</summary>
sealed record PersonCounts(long Active, long Inactive, long Deleted)
{
    /// <summary>From the index of the status alone.</summary>
    public static NpgsqlBatchCommand Read(Guid connection)
    {
        var sql = new Sql();
        var id = sql.Add(connection);
        return sql.Statement(
            $"""
            SELECT (SELECT count(*) FROM directory_users WHERE connection_id = {id} AND status = 'active'),
                (SELECT count(*) FROM directory_users WHERE connection_id = {id} AND status = 'inactive'),
                (SELECT count(*) FROM directory_users WHERE connection_id = {id} AND status = 'deleted')
            """
        );
    }

    public static async Task<PersonCounts> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return new(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2));
    }
}
