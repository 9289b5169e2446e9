using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Scim;

namespace ScimProvisioning.Benchmarks;

/// <summary>A row of the table <c>resources</c> as the store writes it. Whoever changes the table's columns changes this.</summary>
static class ResourceRow
{
    public const string Columns = "connection_id, id, resource_type, attributes, folded, user_name, display_name, external_id, active, version, created_at, modified_at";

    public static async Task WriteAsync(
        NpgsqlBinaryImporter rows, Guid connection, Guid id, ResourceType type, JsonObject document, DateTimeOffset created, CancellationToken ct)
    {
        await rows.WriteAsync(connection, NpgsqlDbType.Uuid, ct);
        await rows.WriteAsync(id, NpgsqlDbType.Uuid, ct);
        await rows.WriteAsync(type.Name, NpgsqlDbType.Text, ct);
        await rows.WriteAsync(ScimJson.Text(document), NpgsqlDbType.Jsonb, ct);
        await rows.WriteAsync(ScimJson.Text(CaseFolding.Fold(document)!), NpgsqlDbType.Jsonb, ct);
        await TextAsync(rows, type == ResourceType.User ? Folded(document, UserSchema.UserName) : null, ct);
        await TextAsync(rows, type == ResourceType.Group ? Folded(document, GroupSchema.DisplayName) : null, ct);
        await TextAsync(rows, document[CommonAttributes.ExternalId.Name]?.GetValue<string>(), ct);
        if (document[UserSchema.Active.Name] is { } active) await rows.WriteAsync(active.GetValue<bool>(), NpgsqlDbType.Boolean, ct);
        else await rows.WriteNullAsync(ct);
        await rows.WriteAsync(1L, NpgsqlDbType.Bigint, ct);
        await rows.WriteAsync(created, NpgsqlDbType.TimestampTz, ct);
        await rows.WriteAsync(created, NpgsqlDbType.TimestampTz, ct);
    }

    static string? Folded(JsonObject document, AttributeDefinition attribute) =>
        document[attribute.Name]?.GetValue<string>() is { } text ? CaseFolding.Fold(text) : null;

    static Task TextAsync(NpgsqlBinaryImporter rows, string? text, CancellationToken ct) =>
        text is null ? rows.WriteNullAsync(ct) : rows.WriteAsync(text, NpgsqlDbType.Text, ct);
}
