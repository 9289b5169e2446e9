using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Scim;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// Fills the tables of the directory by binary COPY while their secondary indexes are dropped: a million users take a minute
/// or two.
/// </summary>
/// <remarks>The login must bypass row-level security, as the superuser of the benchmark's own PostgreSQL does.</remarks>
sealed class BulkLoad(NpgsqlConnection database, IReadOnlyList<string> indexes, TimeProvider clock) : IAsyncDisposable
{
    const string SecondaryIndexes = """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
        WHERE indrelid IN ('resources'::regclass, 'group_members'::regclass)
            AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        """;

    public static async Task<BulkLoad> BeginAsync(string connectionString, TimeProvider clock, CancellationToken ct)
    {
        var database = new NpgsqlConnection($"{connectionString};Command Timeout=0");
        await database.OpenAsync(ct);
        var indexes = new Dictionary<string, string>();
        await using (var rows = await new NpgsqlCommand(SecondaryIndexes, database).ExecuteReaderAsync(ct))
            while (await rows.ReadAsync(ct))
                indexes.Add(rows.GetString(0), rows.GetString(1));
        foreach (var name in indexes.Keys)
            await ExecuteAsync(database, $"DROP INDEX {name}", ct);
        return new(database, [.. indexes.Values], clock);
    }

    /// <summary>Creates the indexes again.</summary>
    public async Task CompleteAsync(CancellationToken ct)
    {
        await ExecuteAsync(database, "SET maintenance_work_mem = '512MB'", ct);
        foreach (var index in indexes)
            await ExecuteAsync(database, index, ct);
    }

    /// <summary>
    /// Makes copies of a resource under other names, created a millisecond apart, until there are so many with the
    /// original.
    /// </summary>
    /// <returns>The ids of all of them, the original first.</returns>
    public async Task<Guid[]> CopiesAsync(Tenant tenant, Guid original, int count, CancellationToken ct)
    {
        var (type, attributes) = await ReadAsync(tenant, original, ct);
        Guid[] ids = [original, .. new Guid[count - 1]];
        // They are created in the past, so that everything created later comes after them.
        var first = clock.GetUtcNow().AddMilliseconds(-count);
        await using var rows = await database.BeginBinaryImportAsync(
            $"COPY resources ({ResourceRow.Columns}) FROM STDIN (FORMAT BINARY)",
            ct
        );
        for (var number = 1; number < count; number++)
        {
            var created = first.AddMilliseconds(number);
            ids[number] = Guid.CreateVersion7(created);
            var document = (JsonObject)
                JsonNode.Parse(attributes.Replace(UserDocuments.FirstKey, UserDocuments.Key(number), StringComparison.Ordinal))!;
            await rows.StartRowAsync(ct);
            await ResourceRow.WriteAsync(rows, tenant.ConnectionId, ids[number], type, document, created, ct);
        }
        await rows.CompleteAsync(ct);
        await rows.CloseAsync(ct);
        await CountAsync(tenant, type, count - 1, ct);
        return ids;
    }

    public async Task MembersAsync(Tenant tenant, IEnumerable<(Guid Group, Guid Member)> members, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var rows = await database.BeginBinaryImportAsync(
            "COPY group_members (connection_id, group_id, member_id, added_at) FROM STDIN (FORMAT BINARY)",
            ct
        );
        foreach (var (group, member) in members)
        {
            await rows.StartRowAsync(ct);
            await rows.WriteAsync(tenant.ConnectionId, NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(group, NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(member, NpgsqlDbType.Uuid, ct);
            await rows.WriteAsync(now, NpgsqlDbType.TimestampTz, ct);
        }
        await rows.CompleteAsync(ct);
    }

    // The store keeps a count of what it writes. The copied rows did not come through it, so they are added here.
    async Task CountAsync(Tenant tenant, ResourceType type, long more, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO resource_counts AS c (connection_id, resource_type, slot, count) VALUES ($1, $2, 0, $3)
            ON CONFLICT (connection_id, resource_type, slot) DO UPDATE SET count = c.count + excluded.count
            """,
            database
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.ConnectionId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = more });
        await command.ExecuteNonQueryAsync(ct);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    async Task<(ResourceType Type, string Attributes)> ReadAsync(Tenant tenant, Guid id, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "SELECT resource_type, attributes::text FROM resources WHERE connection_id = $1 AND id = $2",
            database
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenant.ConnectionId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetString(0) == ResourceType.User.Name ? ResourceType.User : ResourceType.Group, row.GetString(1));
    }

    static async Task ExecuteAsync(NpgsqlConnection database, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await command.ExecuteNonQueryAsync(ct);
    }
}
