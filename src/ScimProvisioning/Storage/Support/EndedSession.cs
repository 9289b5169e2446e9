using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>A row of <c>portal_ended_sessions</c>: kept for as long as the cookie of the session could still be shown.</summary>
static class EndedSession
{
    public static NpgsqlBatchCommand Insert(Guid id, DateTimeOffset until)
    {
        var sql = new Sql();
        return sql.Statement(
            $"INSERT INTO portal_ended_sessions (id, expires_at) VALUES ({sql.Add(id)}, {sql.Add(until)}) ON CONFLICT DO NOTHING"
        );
    }

    /// <summary>Answers a row if the session has ended.</summary>
    public static NpgsqlBatchCommand Find(Guid id)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT 1 FROM portal_ended_sessions WHERE id = {sql.Add(id)}");
    }

    public static NpgsqlBatchCommand DeleteOld(DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement($"DELETE FROM portal_ended_sessions WHERE expires_at < {sql.Add(now)}");
    }
}
