using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Benchmarks;

/// <summary>A row of the table <c>resources</c> as the store writes it.</summary>
static class ResourceRow
{
    public static readonly string Columns =
        "connection_id, id, resource_type, " + ResourceColumns.Names + ", version, created_at, modified_at";

    public static async Task WriteAsync(
        NpgsqlBinaryImporter rows,
        Guid connection,
        Guid id,
        ResourceType type,
        JsonObject document,
        DateTimeOffset created,
        CancellationToken ct
    )
    {
        var columns = ResourceColumns.Of(connection, ConnectionSettings.Default, type, document);
        await rows.WriteAsync(connection, NpgsqlDbType.Uuid, ct);
        await rows.WriteAsync(id, NpgsqlDbType.Uuid, ct);
        await rows.WriteAsync(type.Name, NpgsqlDbType.Text, ct);
        await rows.WriteAsync(columns.Attributes, NpgsqlDbType.Jsonb, ct);
        await rows.WriteAsync(columns.Terms, NpgsqlDbType.Array | NpgsqlDbType.Bigint, ct);
        foreach (var value in columns.Indexed)
        {
            if (value is null)
                await rows.WriteNullAsync(ct);
            else if (value is bool flag)
                await rows.WriteAsync(flag, NpgsqlDbType.Boolean, ct);
            else
                await rows.WriteAsync((string)value, NpgsqlDbType.Text, ct);
        }
        await rows.WriteAsync(1L, NpgsqlDbType.Bigint, ct);
        await rows.WriteAsync(created, NpgsqlDbType.TimestampTz, ct);
        await rows.WriteAsync(created, NpgsqlDbType.TimestampTz, ct);
    }
}
