using Scim.Directory;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>Counts whom a scope lets through.</summary>
sealed class ScopeCounts(ScimDbContext db)
{
    public async Task<ScopeResponse> ReadAsync(Guid connection, Scope? scope, CancellationToken ct)
    {
        scope ??= Scope.All;
        Guid[] groups = [.. scope.Groups.Select(group => group.Id).OfType<Guid>()];
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            ScopeStatements.Members(connection, groups),
            ScopeStatements.Users(connection, scope.Mode is ScopeMode.All ? null : groups),
            ScopeStatements.Ambiguous(connection)
        );
        var members = new Dictionary<Guid, long>();
        while (await rows.ReadAsync(ct))
            members[rows.GetGuid(0)] = rows.GetInt64(1);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var (users, inScope) = (rows.GetInt64(0), rows.GetInt64(1));
        await rows.NextResultAsync(ct);
        var problems = new List<string>();
        while (await rows.ReadAsync(ct))
            problems.Add(rows.GetString(0));
        return new(WireName.Of(scope.Mode), [.. scope.Groups.Select(group => Shown(group, members))], inScope, users, problems);
    }

    static ScopeGroupResponse Shown(GroupReference group, Dictionary<Guid, long> members) =>
        new(group.Id, group.Name, group.ExternalId, group.Id is { } id ? members.GetValueOrDefault(id) : null, Waits: group.Id is null);
}
