using System.Diagnostics;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>Reads lists of resources: a page of those that fit a query, in its order, and how many fit.</summary>
sealed class ResourcePages(NpgsqlDataSource database, RecentResources recent)
{
    /// <summary>
    /// A page of huge resources ends early, so that it does not fill the memory. Counted are the documents, without groups and members.
    /// </summary>
    const int MaxPageBytes = 8 * 1024 * 1024;

    /// <summary>A page of the resources that fit the query.</summary>
    /// <param name="knownTotal">The count made for an earlier page: counting a filtered list again may be expensive.</param>
    /// <exception cref="ScimException">
    /// 400 <c>tooMany</c> when the search takes too long, because no index serves filter or order.
    /// </exception>
    /// <exception cref="UnavailableException">It had little time left, after it had waited for others.</exception>
    public async Task<ResourcePage> ReadAsync(Caller caller, ResourceQuery query, long? knownTotal, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
        try
        {
            foreach (var way in Ways(caller, query))
            {
                if (MayCostMuch(way.Query))
                    session.LimitTime();
                if (await TryReadPageAsync(session, caller, way, ct) is not var (page, total))
                    continue;
                if (page.Resources is [var only])
                    recent.Remember(caller.ConnectionId, only);
                return page with { Total = total ?? knownTotal ?? await CountAsync(session, caller, way, ct) };
            }
            throw new UnreachableException("The last way always finds the page.");
        }
        catch (PostgresException e) when (session.HasRunOutOfTime(e))
        {
            session.RequireFairTime(e);
            throw ScimException.TooMany(
                "The search took too long: so many resources have to be read and counted for it. "
                    + "Narrow the filter with 'eq', which an index answers, or with 'sw' on userName or displayName; "
                    + "sort by userName, displayName or not at all; read long lists by cursor."
            );
        }
    }

    /// <summary>How a page is found.</summary>
    /// <param name="ByElement">By the column of an element, unless the connection has resources that it does not find.</param>
    /// <param name="UseTermIndex">By the candidates that the index of terms names, unless they are too many.</param>
    readonly record struct Way(ResourceQuery Query, bool ByElement, bool UseTermIndex);

    /// <summary>The fastest first; the last always finds it.</summary>
    static IEnumerable<Way> Ways(Caller caller, ResourceQuery query)
    {
        if (query.ByElement() is { } byElement)
            yield return new(byElement, ByElement: true, UseTermIndex: false);
        if (ListSql.HasCandidates(caller, query))
            yield return new(query, ByElement: false, UseTermIndex: true);
        yield return new(query, ByElement: false, UseTermIndex: false);
    }

    static bool MayCostMuch(ResourceQuery query) =>
        query.Skip > 0 || query.Scopes.Any(scope => scope.SortBy is not null || scope.Filter is { } filter && !IsOneLookUp(filter));

    static bool IsOneLookUp(FilterExpression filter) =>
        filter is FilterExpression.Compare(_, CompareOperator.Eq, _) && SearchCandidates.IsByColumn(filter);

    /// <summary>The page, and the total unless it must be counted; <c>null</c> when it is not found in this way.</summary>
    static async Task<(ResourcePage Page, long? Total)?> TryReadPageAsync(
        TenantSession session,
        Caller caller,
        Way way,
        CancellationToken ct
    )
    {
        var (query, byElement, useTermIndex) = way;
        // If an index leads to the users, their groups are read in the same statement. Otherwise the groups of all users on the page are
        // read afterwards, in one batch.
        var readGroupsSeparately = !useTermIndex && !query.IsByColumn && query.Scopes.Any(scope => scope.Related && scope.Type.IsUser);
        var statements = new List<NpgsqlBatchCommand>
        {
            ListSql.Page(caller, readGroupsSeparately ? query.WithoutGroups : query, useTermIndex, byElement),
        };
        if (!query.IsFiltered)
            statements.Add(ListSql.CountAll(caller, query.Scopes));

        var found = new List<(StoredResource Resource, PageEdge Edge)>();
        var (more, backward) = (false, query.Edge?.Backward ?? false);
        long? total = null;
        await using (var rows = await session.CommitAsync(ct, statements))
        {
            for (var bytes = 0L; await rows.ReadAsync(ct); )
            {
                if (
                    useTermIndex && ResourceReader.ReadCount(rows) > SearchCandidates.Most
                    || byElement && ResourceReader.ReadCount(rows) > 0
                )
                    return null;
                if (ResourceReader.HasNoResource(rows))
                    continue;
                more = found.Count == query.Count || bytes > MaxPageBytes;
                if (more)
                    break;
                found.Add((ResourceReader.Read(rows, caller.Types), ResourceReader.ReadEdge(rows)));
                bytes += found[^1].Resource.Attributes.Length;
            }
            if (!query.IsFiltered && await rows.NextResultAsync(ct) && await rows.ReadAsync(ct))
                total = rows.GetInt64(0);
        }
        if (backward)
            found.Reverse();
        // A page that is not full ends the list, which tells the total without counting; not if it is empty because it lies past the end.
        if (query.IsFiltered && !more && query.Edge is null && (found.Count > 0 || query.Skip == 0))
            total = query.Skip + found.Count;

        var resources = found.Select(f => f.Resource).ToList();
        if (readGroupsSeparately)
        {
            var areNeighbours = query.Scopes.All(scope => scope is { Filter: null, SortBy: null });
            resources = await WithGroupsAsync(session, caller, resources, areNeighbours, ct);
        }
        // In the direction of reading there is more only if a row was left over; on the other side is the page that the client has seen.
        var hasPrevious = found.Count > 0 && (backward ? more : query.Edge is not null || query.Skip > 0);
        var hasNext = found.Count > 0 && (backward || more);
        var page = new ResourcePage(
            total ?? 0,
            resources,
            hasPrevious ? found[0].Edge with { Backward = true } : null,
            hasNext ? found[^1].Edge : null
        );
        return (page, total);
    }

    static async Task<long> CountAsync(TenantSession session, Caller caller, Way way, CancellationToken ct)
    {
        session.LimitTime();
        await using var counted = await session.CommitAsync(ct, ListSql.Count(caller, way.Query, way.UseTermIndex));
        await counted.ReadAsync(ct);
        return counted.GetInt64(0);
    }

    /// <summary>Adds the groups of the users. The JSON of a group is made once, however many of the users are in it.</summary>
    /// <param name="areNeighbours">Whether the page is all that was created in some time.</param>
    static async Task<List<StoredResource>> WithGroupsAsync(
        TenantSession session,
        Caller caller,
        List<StoredResource> resources,
        bool areNeighbours,
        CancellationToken ct
    )
    {
        Guid[] users = [.. resources.Where(resource => resource.Type.IsUser).Select(resource => resource.Id)];
        if (users.Length == 0)
            return resources;
        var memberships = new Dictionary<Guid, Guid[]>(users.Length);
        await using (var rows = await session.CommitAsync(ct, RelatedResources.Memberships(caller, users, areNeighbours)))
            while (await rows.ReadAsync(ct))
            {
                var (user, groupIds) = RelatedResources.ReadMembership(rows);
                memberships[user] = groupIds;
            }
        if (memberships.Count == 0)
            return resources;

        var groups = new Dictionary<Guid, ReadOnlyMemory<byte>>();
        Guid[] all = [.. memberships.Values.SelectMany(ids => ids).Distinct()];
        await using (var rows = await session.CommitAsync(ct, RelatedResources.Groups(caller, all)))
            while (await rows.ReadAsync(ct))
            {
                var (group, json) = RelatedResources.ReadGroup(rows);
                groups[group] = json;
            }
        return [.. resources.Select(WithGroups)];

        // A group that was deleted between the two statements is shown no more.
        StoredResource WithGroups(StoredResource resource)
        {
            if (!resource.Type.IsUser || !memberships.TryGetValue(resource.Id, out var ids))
                return resource;
            var shown = ids.Where(groups.ContainsKey).Select(id => groups[id]).ToList();
            return shown.Count > 0 ? resource with { Related = new(shown, null) } : resource;
        }
    }
}
