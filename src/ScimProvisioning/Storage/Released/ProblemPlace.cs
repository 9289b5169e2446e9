using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Where a problem stands in the list of them: the key of its row.</summary>
sealed record ProblemPlace(Guid Resource, string Kind, string Attribute)
{
    /// <summary>The place that was written as text, or <c>null</c>.</summary>
    public static ProblemPlace? TryParse(string text) =>
        text.Split('~', 3) is [var id, var kind, var attribute] && Guid.TryParse(id, out var resource) && !attribute.Contains('\0')
            ? new(resource, kind.Replace("\0", "", StringComparison.Ordinal), attribute)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Resource}~{Kind}~{Attribute}";

    /// <summary>Problems with the name of the user or group, in the order of their places.</summary>
    public static NpgsqlBatchCommand List(Guid connection, string? kind, ProblemPlace? after, int most)
    {
        var sql = new Sql();
        var next = after is null
            ? ""
            : $"AND (p.resource_id, p.kind, p.attribute) > ({sql.Add(after.Resource)}, {sql.Add(after.Kind)}, {sql.Add(after.Attribute)})";
        var ofKind = kind is null ? "" : $"AND p.kind = {sql.Add(kind)}";
        return sql.Statement(
            $"""
            SELECT p.resource_id, p.kind, p.attribute, coalesce(r.attributes ->> 'userName', r.attributes ->> 'displayName'), p.message,
                p.other, p.holds, p.since
            FROM directory_problems p LEFT JOIN resources r ON r.connection_id = p.connection_id AND r.id = p.resource_id
            WHERE p.connection_id = {sql.Add(connection)} {next} {ofKind}
            ORDER BY p.resource_id, p.kind, p.attribute LIMIT {most}
            """
        );
    }
}
