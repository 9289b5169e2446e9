using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>The pages of the log of attempts.</summary>
static class WebhookAttempts
{
    /// <summary>How far back the attempts and the events of one connection are looked through.</summary>
    const int Lately = 10_000;

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

    /// <summary>Of an endpoint for several connections the attempts to send the newest events of one of them; the newest first.</summary>
    public static NpgsqlBatchCommand About(Guid connection, Guid endpoint, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT id, event_id, type, attempt, status, error, answer, milliseconds, at FROM (
                SELECT * FROM webhook_attempts WHERE endpoint_id = {sql.Add(endpoint)} ORDER BY id DESC LIMIT {Lately}) a
            WHERE event_id IN (
                SELECT e.id FROM events e WHERE e.connection_id = {sql.Add(connection)} ORDER BY e.position DESC LIMIT {Lately})
            ORDER BY id DESC LIMIT {most}
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
