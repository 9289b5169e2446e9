using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>The pages of the log of attempts.</summary>
static class WebhookAttempts
{
    /// <summary>The newest first.</summary>
    /// <param name="before">The last one of the page before; <c>null</c>: the first page.</param>
    public static NpgsqlBatchCommand Page(Guid endpoint, Guid? before, int most)
    {
        var sql = new Sql();
        var older = before is { } id ? $" AND id < {sql.Add(id)}" : "";
        return sql.Statement(
            $"""
            SELECT id, event_id, type, attempt, status, error, answer, milliseconds, at FROM webhook_attempts
            WHERE endpoint_id = {sql.Add(endpoint)}{older} ORDER BY id DESC LIMIT {sql.Add((long)most)}
            """
        );
    }

    public static async Task<List<(WebhookAttempt Attempt, DateTimeOffset At)>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<(WebhookAttempt, DateTimeOffset)>();
        while (await rows.ReadAsync(ct))
            read.Add(
                (
                    new(
                        rows.GetGuid(0),
                        rows.GetGuid(1),
                        rows.GetString(2),
                        rows.GetInt32(3),
                        rows.IsDBNull(4) ? null : rows.GetInt32(4),
                        rows.IsDBNull(5) ? null : rows.GetString(5),
                        rows.IsDBNull(6) ? null : rows.GetString(6),
                        rows.GetInt32(7)
                    ),
                    rows.GetFieldValue<DateTimeOffset>(8)
                )
            );
        return read;
    }
}
