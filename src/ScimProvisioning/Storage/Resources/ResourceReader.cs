using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The columns that statements select from <c>resources r</c>, and how a row with them is read.</summary>
static class ResourceReader
{
    /// <summary>The columns in the order of <see cref="Ordinal"/>, up to <see cref="Ordinal.LastMember"/>.</summary>
    /// <param name="members">How many members of a group at most.</param>
    public static string Columns(Sql sql, Caller caller, IReadOnlyList<QueryScope> scopes, int members) =>
        $"""
            r.id, r.version, r.created_at, r.modified_at, r.attributes::text, {Related(sql, caller, scopes, members)}, r.resource_type,
            {LastMember(scopes, members)}
            """;

    enum Ordinal
    {
        Id,
        Version,
        Created,
        LastModified,
        Document,
        Related,
        Type,

        /// <summary>Id of the last member read, when more may follow.</summary>
        LastMember,

        /// <summary>Only in lists: what <see cref="SortKey"/> adds.</summary>
        SortKey,

        /// <summary>Only in some lists: how many candidates the index of terms has named, or resources are outside a column.</summary>
        Count,
    }

    /// <summary>The column that lists add: the value sorted by, as text.</summary>
    /// <param name="expression">SQL expression; <c>null</c>: sorted by id alone.</param>
    public static string SortKey(string? expression) => $"{expression ?? "NULL"}::text AS sort_key";

    /// <summary>True for the single row that a search returns when no candidate fits: only that count is set.</summary>
    public static bool HasNoResource(NpgsqlDataReader row) => row.IsDBNull((int)Ordinal.Id);

    public static StoredResource Read(NpgsqlDataReader row, ResourceTypes types) =>
        new(
            types.Named(row.GetString((int)Ordinal.Type))!,
            row.GetGuid((int)Ordinal.Id),
            row.GetInt64((int)Ordinal.Version),
            row.GetFieldValue<DateTimeOffset>((int)Ordinal.Created),
            row.GetFieldValue<DateTimeOffset>((int)Ordinal.LastModified),
            row.GetFieldValue<byte[]>((int)Ordinal.Document),
            RelatedResources.Read(row, (int)Ordinal.Related, (int)Ordinal.LastMember)
        );

    /// <summary>The place of the resource of this row in the order of its list, for the page after it.</summary>
    public static PageEdge ReadEdge(NpgsqlDataReader row) =>
        new(row.IsDBNull((int)Ordinal.SortKey) ? null : row.GetString((int)Ordinal.SortKey), row.GetGuid((int)Ordinal.Id), Backward: false);

    public static long ReadCount(NpgsqlDataReader row) => row.GetInt64((int)Ordinal.Count);

    static string Related(Sql sql, Caller caller, IReadOnlyList<QueryScope> scopes, int members)
    {
        var related = scopes.Where(scope => scope.Related && (scope.Type.IsUser || scope.Type.IsGroup)).ToList();
        if (related.Count == 0)
            return "NULL";
        if (scopes.Count == 1)
            return RelatedResources.Select(sql, caller, related[0].Type, members);
        var cases = related.Select(scope =>
            $"WHEN {sql.Add(scope.Type.Name)} THEN {RelatedResources.Select(sql, caller, scope.Type, members)}"
        );
        return $"CASE r.resource_type {string.Join(' ', cases)} END";
    }

    static string LastMember(IReadOnlyList<QueryScope> scopes, int members)
    {
        if (scopes.FirstOrDefault(scope => scope.Related && scope.Type.IsGroup) is not { } groups)
            return "NULL::uuid";
        var last = RelatedResources.SelectLast(groups.Type, members);
        return scopes.Count == 1 ? last : $"CASE r.resource_type WHEN '{groups.Type.Name}' THEN {last} END";
    }
}
