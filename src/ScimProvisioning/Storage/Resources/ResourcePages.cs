using System.Buffers;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>Reads lists of resources: a page of those that fit a query, in its order, and how many fit.</summary>
sealed class ResourcePages(NpgsqlDataSource database)
{
    /// <summary>A page of huge resources ends early, so that it does not fill the memory.</summary>
    const int MaxPageBytes = 8 * 1024 * 1024;

    /// <summary>A page of the resources that fit the query.</summary>
    /// <param name="knownTotal">The count made for an earlier page: counting a filtered list again may be expensive.</param>
    /// <exception cref="ScimException">
    /// 400 <c>tooMany</c> when the search takes too long, because no index serves filter or order.
    /// </exception>
    public async Task<ResourcePage> ReadAsync(Caller caller, ResourceQuery query, long? knownTotal, CancellationToken ct)
    {
        await using var transaction = await TenantTransaction.OpenAsync(database, caller.ConnectionId, ct);
        try
        {
            var useIndex = ListSql.HasCandidates(caller, query);
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
                "The search took too long: so many resources have to be read and counted for it. "
                    + "Narrow the filter with 'eq', which an index answers, or with 'sw' on userName or displayName; "
                    + "sort by userName, displayName or not at all."
            );
        }
    }

    /// <summary>The page, with a negative total when it must be counted; <c>null</c> when the index names too many candidates.</summary>
    static async Task<ResourcePage?> ReadAsync(
        TenantTransaction transaction,
        Caller caller,
        ResourceQuery query,
        bool useIndex,
        CancellationToken ct
    )
    {
        // A few users are read together with their groups; for a long page the groups of all users are read at once.
        var groupsApart = !useIndex && !query.IsByColumn && query.Scopes.Any(scope => scope.Related && scope.Type.IsUser);
        var statements = new List<NpgsqlBatchCommand> { ListSql.Page(caller, groupsApart ? query.WithoutGroups : query, useIndex) };
        if (!query.IsFiltered)
            statements.Add(ListSql.CountAll(caller, query.Scopes));
        if (query.Scopes.Any(scope => scope.SortBy is not null || scope.Filter is { } filter && !SearchCandidates.IsByColumn(filter)))
            statements.Insert(0, ListSql.LimitTime);

        var found = new List<(StoredResource Resource, PageEdge Edge)>();
        var (total, more, backward) = (-1L, false, query.Edge?.Backward ?? false);
        await using (var rows = await transaction.CommitAsync(ct, statements))
        {
            for (var bytes = 0L; !more && await rows.ReadAsync(ct); )
            {
                if (useIndex && ResourceReader.ReadCandidateCount(rows) > SearchCandidates.Most)
                    return null;
                if (ResourceReader.IsEmpty(rows))
                    continue;
                more = found.Count == query.Count || bytes > MaxPageBytes;
                if (more)
                    continue;
                found.Add((ResourceReader.Read(rows, caller.Types), ResourceReader.ReadEdge(rows, backward)));
                bytes += found[^1].Resource.Attributes.Length;
            }
            if (!query.IsFiltered && await rows.NextResultAsync(ct) && await rows.ReadAsync(ct))
                total = rows.GetInt64(0);
        }
        if (backward)
            found.Reverse();
        // A page that is not full ends the list, which tells the total without counting.
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
        await using var counted = await transaction.CommitAsync(ct, ListSql.LimitTime, ListSql.Count(caller, query, useIndex));
        await counted.ReadAsync(ct);
        return counted.GetInt64(0);
    }

    /// <summary>Adds the groups of the users. The JSON of a group is made once, however many of the users are in it.</summary>
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
        {
            var (group, json) = RelatedResources.ReadGroup(rows);
            groups[group] = json;
        }

        await rows.NextResultAsync(ct);
        var related = new Dictionary<Guid, ArrayBufferWriter<byte>>();
        while (await rows.ReadAsync(ct))
        {
            var (user, groupId) = RelatedResources.ReadMembership(rows);
            // A group that was created between the two statements is not shown yet.
            if (!groups.TryGetValue(groupId, out var group))
                continue;
            if (!related.TryGetValue(user, out var json))
                related[user] = json = new ArrayBufferWriter<byte>(2 * group.Length);
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
