using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Activity;

/// <summary>A login that was refused, as the table <c>failed_logins</c> has it.</summary>
readonly record struct RefusedLogin(string Reason, DateTimeOffset At, string? Address)
{
    /// <summary>The newest first.</summary>
    public static NpgsqlBatchCommand Newest(Guid connection, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT reason, occurred_at, address FROM failed_logins WHERE connection_id = {sql.Add(connection)} ORDER BY id DESC LIMIT {most}
            """
        );
    }

    public static async Task<List<RefusedLogin>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<RefusedLogin>();
        while (await rows.ReadAsync(ct))
            read.Add(new(rows.GetString(0), rows.GetFieldValue<DateTimeOffset>(1), rows.IsDBNull(2) ? null : rows.GetString(2)));
        return read;
    }
}
