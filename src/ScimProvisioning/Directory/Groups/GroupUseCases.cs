using ScimProvisioning.Api;
using ScimProvisioning.Directory.Users;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Groups;

/// <summary>What the application reads of groups and their members.</summary>
sealed class GroupUseCases(ScimDbContext db, ReleasedList list)
{
    /// <summary>A page of groups, and on the first one the position of the last event before it was read.</summary>
    /// <exception cref="ProblemException">404 for a connection or organization that is not there.</exception>
    public async Task<(Page<GroupResponse> Page, string? Position)> ListAsync(
        Reach reach,
        GroupQuery query,
        PageRequest page,
        CancellationToken ct
    )
    {
        List<ShownGroup> groups;
        var (rows, position) = await list.ReadAsync(reach, page, ct, ShownGroups.Page(query.Filter, page.Start, page.Take));
        await using (rows)
            groups = await ShownGroups.ReadAsync(rows, ct);
        if (groups is [])
            await list.RequireInReachAsync(reach, query.ConnectionId, query.OrganizationId, ct);
        return (page.Of(groups, GroupResponse.Of, shown => shown.Group.Id), position);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<GroupResponse> GetAsync(Guid id, CancellationToken ct) => GroupResponse.Of(await FindAsync(id, ct));

    /// <summary>People and groups in the order of their ids. Groups are shown as they were received; who is in them is not added.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<(Page<GroupMember> Page, string? Position)> MembersAsync(Guid id, PageRequest page, CancellationToken ct)
    {
        var connection = (await FindAsync(id, ct)).ConnectionId;
        var position = page.After is null ? await EventsEnd.ReadAsync(db, ct) : null;
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            StoredRules.Read(connection),
            ShownPeople.Page(new() { ConnectionId = connection, GroupId = id }, page.Start, page.Take),
            ShownGroups.Nested(connection, id, page.Start, page.Take)
        );
        var catalogue = (await StoredRules.ReadAsync(rows, ct)).Catalogue;
        await rows.NextResultAsync(ct);
        var people = await ShownPeople.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var groups = await ShownGroups.ReadNestedAsync(rows, ct);
        List<GroupMember> members =
        [
            .. people
                .Select(shown => new GroupMember(shown.Person.Id, PersonView.Of(shown, catalogue), null))
                .Concat(groups.Select(group => new GroupMember(group.Id, null, group)))
                .OrderBy(member => member.Id)
                .Take(page.Take),
        ];
        return (page.Of(members, member => member, member => member.Id), position);
    }

    async Task<ShownGroup> FindAsync(Guid id, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, ShownGroups.ById(id));
        return await ShownGroups.ReadAsync(rows, ct) is [var only] ? only : throw ProblemException.NotFound($"There is no group {id}.");
    }
}
