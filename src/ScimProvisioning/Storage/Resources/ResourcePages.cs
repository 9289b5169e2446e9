using System.Buffers;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>Pages of the directory: what fits a query, in its order, and how many there are.</summary>
sealed class ResourcePages(NpgsqlDataSource database)
{
    /// <summary>A page ends early when its resources are huge, so that no page fills the memory.</summary>
    const int MaxPageBytes = 8 * 1024 * 1024;

    /// <summary>A page of the resources that fit the query.</summary>
    /// <param name="knownTotal">Counted for an earlier page, and not again: a filtered list may have to be counted one by one.</param>
    /// <exception cref="ScimException">400 <c>tooMany</c> when the search takes too long: the filter or the order can use no index.</exception>
    public async Task<ResourcePage> ReadAsync(Caller caller, ResourceQuery query, long? knownTotal, CancellationToken ct)
    {
        await using var transaction = await TenantTransaction.OpenAsync(database, caller.ConnectionId, ct);
        try
        {
            var useIndex = ReadSql.HasCandidates(caller, query);
            var page = await ReadAsync(transaction, caller, query, useIndex, ct);
            if (page is null)
            {
                useIndex = false;
                page = (await ReadAsync(transaction, caller, query, useIndex, ct))!;
            }
            if (page.Total >= 0)
                return page;
            return page with { Total = knownTotal ?? await CountAsync(transaction, caller, query, useIndex, ct) };
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.QueryCanceled)
        {
            throw ScimException.TooMany(
                "The search took too long: so many resources have to be read and counted for it. Narrow the filter with 'eq', which an index answers, or with 'sw' on userName or displayName; sort by userName, displayName or not at all."
            );
        }
    }

    /// <summary>The page; its total is negative when it must be counted; <c>null</c> when the index names too many candidates.</summary>
    static async Task<ResourcePage?> ReadAsync(
        TenantTransaction transaction,
        Caller caller,
        ResourceQuery query,
        bool useIndex,
        CancellationToken ct
    )
    {
        // Of a few users the groups come with them; for a long page they are read for all users at once.
        var groupsApart = !useIndex && !query.IsByColumn && query.Scopes.Any(scope => scope.Related && scope.Type.IsUser);
        var statements = new List<NpgsqlBatchCommand> { ReadSql.List(caller, groupsApart ? query.WithoutGroups : query, useIndex) };
        if (!query.IsFiltered)
            statements.Add(ReadSql.CountAll(caller, query.Scopes));
        if (query.Scopes.Any(scope => scope.SortBy is not null || scope.Filter is { } filter && !SearchCandidates.IsByColumn(filter)))
            statements.Insert(0, ReadSql.LimitSearch);

        var found = new List<(StoredResource Resource, PageEdge Edge)>();
        var (total, more, backward) = (-1L, false, query.Edge?.Backward ?? false);
        await using (var rows = await transaction.CommitAsync(ct, statements))
        {
            for (var bytes = 0L; !more && await rows.ReadAsync(ct); )
            {
                if (useIndex && ReadSql.Candidates(rows) > SearchCandidates.Most)
                    return null;
                if (rows.IsDBNull(0))
                    continue;
                more = found.Count == query.Count || bytes > MaxPageBytes;
                if (more)
                    continue;
                found.Add((ReadSql.Read(rows, caller.Types), ReadSql.Edge(rows, backward)));
                bytes += found[^1].Resource.Attributes.Length;
            }
            if (!query.IsFiltered && await rows.NextResultAsync(ct) && await rows.ReadAsync(ct))
                total = rows.GetInt64(0);
        }
        if (backward)
            found.Reverse();
        // A page that is not full ends the list: its size is the answer, and nothing need be counted.
        if (query.IsFiltered && !more && query.Edge is null && (found.Count > 0 || query.Skip == 0))
            total = query.Skip + found.Count;

        var resources = found.Select(f => f.Resource).ToList();
        if (groupsApart)
            resources = await WithGroupsAsync(transaction, caller, resources, ct);
        return new(
            total,
            resources,
            found.Count > 0 && (backward ? more : query.Edge is not null || query.Skip > 0) ? found[0].Edge with { Backward = true } : null,
            found.Count > 0 && (backward || more) ? found[^1].Edge with { Backward = false } : null
        );
    }

    static async Task<long> CountAsync(
        TenantTransaction transaction,
        Caller caller,
        ResourceQuery query,
        bool useIndex,
        CancellationToken ct
    )
    {
        await using var counted = await transaction.CommitAsync(ct, ReadSql.LimitSearch, ReadSql.Count(caller, query, useIndex));
        await counted.ReadAsync(ct);
        return counted.GetInt64(0);
    }

    /// <summary>Each group is written as JSON once, however many of the users are in it.</summary>
    static async Task<List<StoredResource>> WithGroupsAsync(
        TenantTransaction transaction,
        Caller caller,
        List<StoredResource> resources,
        CancellationToken ct
    )
    {
        Guid[] users = [.. resources.Where(resource => resource.Type.IsUser).Select(resource => resource.Id)];
        if (users.Length == 0)
            return resources;
        await using var rows = await transaction.CommitAsync(
            ct,
            RelatedResources.Groups(caller, users),
            RelatedResources.Memberships(caller, users)
        );
        var groups = new Dictionary<Guid, byte[]>();
        while (await rows.ReadAsync(ct))
            groups[rows.GetGuid(0)] = rows.GetFieldValue<byte[]>(1);

        await rows.NextResultAsync(ct);
        var related = new Dictionary<Guid, ArrayBufferWriter<byte>>();
        while (await rows.ReadAsync(ct))
        {
            // A group that came between the two statements is not shown yet.
            if (!groups.TryGetValue(rows.GetGuid(1), out var group))
                continue;
            if (!related.TryGetValue(rows.GetGuid(0), out var json))
                related[rows.GetGuid(0)] = json = new ArrayBufferWriter<byte>(2 * group.Length);
            json.Write(json.WrittenCount == 0 ? "["u8 : ","u8);
            json.Write(group);
        }
        foreach (var json in related.Values)
            json.Write("]"u8);
        return
        [
            .. resources.Select(resource =>
                related.TryGetValue(resource.Id, out var json) ? resource with { Related = new(json.WrittenMemory, null) } : resource
            ),
        ];
    }
}
