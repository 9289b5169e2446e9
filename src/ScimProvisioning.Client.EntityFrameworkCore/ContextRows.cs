using Microsoft.EntityFrameworkCore;

namespace ScimProvisioning.Client;

/// <summary>The rows of a mirror in the tables of <see cref="DirectoryModel.AddDirectoryMirror"/>.</summary>
sealed class ContextRows(DbContext db) : IMirrorRows
{
    const int RemovedAtOnce = 1_000;

    public ValueTask<MirroredUser?> FindUserAsync(Guid id, CancellationToken ct) => db.FindAsync<MirroredUser>([id], ct);

    public ValueTask<MirroredGroup?> FindGroupAsync(Guid id, CancellationToken ct) => db.FindAsync<MirroredGroup>([id], ct);

    public async ValueTask<IReadOnlyList<MirroredMember>> FindMembersAsync(
        Guid group,
        IReadOnlyCollection<Guid>? users,
        CancellationToken ct
    )
    {
        var stored = db.Set<MirroredMember>().Where(row => row.GroupId == group);
        await (users is null ? stored : stored.Where(row => users.Contains(row.UserId))).LoadAsync(ct);
        var wanted = users?.ToHashSet();
        // With those that were put and are not saved yet.
        return [.. db.Set<MirroredMember>().Local.Where(row => row.GroupId == group && wanted?.Contains(row.UserId) is not false)];
    }

    public async ValueTask<IReadOnlyList<MirroredMember>> FindUntoldMembersAsync(Guid snapshot, CancellationToken ct)
    {
        // What was put and is not saved yet counts, so the rows are loaded, and judged as they are in the context.
        await db.Set<MirroredGroup>().Where(row => row.SnapshotId == snapshot).LoadAsync(ct);
        var told = db.Set<MirroredGroup>().Local.Where(row => row.SnapshotId == snapshot).ToDictionary(row => row.Id);
        var groups = told.Keys.ToList();
        await db.Set<MirroredMember>()
            .Where(row => row.IsMember && row.SnapshotId != snapshot && groups.Contains(row.GroupId))
            .LoadAsync(ct);
        return
        [
            .. from member in db.Set<MirroredMember>().Local
            where member.IsMember && member.SnapshotId != snapshot
            let @group = told.GetValueOrDefault(member.GroupId)
            where @group is not null && member.Version <= @group.SnapshotVersion
            select member with
            {
                Version = @group.SnapshotVersion,
            },
        ];
    }

    public async ValueTask PutAsync(MirroredUser user, CancellationToken ct) => Put(await FindUserAsync(user.Id, ct), user);

    public async ValueTask PutAsync(MirroredGroup group, CancellationToken ct) => Put(await FindGroupAsync(group.Id, ct), group);

    public async ValueTask PutAsync(MirroredMember member, CancellationToken ct) =>
        Put(await db.FindAsync<MirroredMember>([member.GroupId, member.UserId], ct), member);

    public async ValueTask RemoveUserAsync(Guid id, CancellationToken ct)
    {
        if (await FindUserAsync(id, ct) is { } user)
            db.Remove(user);
        db.RemoveRange(await db.Set<MirroredMember>().Where(row => row.UserId == id).ToListAsync(ct));
        db.RemoveRange(db.Set<MirroredMember>().Local.Where(row => row.UserId == id).ToList());
    }

    public async ValueTask<(bool Users, bool Groups)> FindToldAsync(Guid snapshot, CancellationToken ct) =>
        (
            db.Set<MirroredUser>().Local.Any(row => row.SnapshotId == snapshot)
                || await db.Set<MirroredUser>().AnyAsync(row => row.SnapshotId == snapshot, ct),
            db.Set<MirroredGroup>().Local.Any(row => row.SnapshotId == snapshot)
                || await db.Set<MirroredGroup>().AnyAsync(row => row.SnapshotId == snapshot, ct)
        );

    public async ValueTask AwaitAsync(Guid load, Guid? connection, Guid? organization, CancellationToken ct)
    {
        await WriteAsync(ct);
        await db.Set<MirroredUser>()
            .Where(row => (connection == null || row.ConnectionId == connection))
            .Where(row => (organization == null || row.OrganizationId == organization))
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.AwaitedBy, (Guid?)load), ct);
        await db.Set<MirroredGroup>()
            .Where(row => (connection == null || row.ConnectionId == connection))
            .Where(row => (organization == null || row.OrganizationId == organization))
            .ExecuteUpdateAsync(row => row.SetProperty(group => group.AwaitedBy, (Guid?)load), ct);
    }

    public async ValueTask RemoveAwaitedAsync(Guid load, bool users, bool groups, CancellationToken ct)
    {
        await WriteAsync(ct);
        var (allUsers, allGroups, members) = (db.Set<MirroredUser>(), db.Set<MirroredGroup>(), db.Set<MirroredMember>());
        // Who is told meanwhile, in another transaction, stays with his memberships: those of the others are removed after them.
        foreach (var ids in await AwaitedAsync(users, allUsers.Where(row => row.AwaitedBy == load).Select(row => row.Id)))
        {
            await allUsers.Where(row => ids.Contains(row.Id) && row.AwaitedBy == load).ExecuteDeleteAsync(ct);
            await members.Where(row => ids.Contains(row.UserId) && !allUsers.Any(user => user.Id == row.UserId)).ExecuteDeleteAsync(ct);
        }
        foreach (var ids in await AwaitedAsync(groups, allGroups.Where(row => row.AwaitedBy == load).Select(row => row.Id)))
        {
            await allGroups.Where(row => ids.Contains(row.Id) && row.AwaitedBy == load).ExecuteDeleteAsync(ct);
            await members
                .Where(row => ids.Contains(row.GroupId) && !allGroups.Any(group => group.Id == row.GroupId))
                .ExecuteDeleteAsync(ct);
        }

        async Task<IEnumerable<Guid[]>> AwaitedAsync(bool wanted, IQueryable<Guid> ids) =>
            wanted ? (await ids.ToListAsync(ct)).Chunk(RemovedAtOnce) : [];
    }

    /// <summary>Before statements that go past the context: what was put is in the tables, and is read anew afterwards.</summary>
    async Task WriteAsync(CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        foreach (var entry in db.ChangeTracker.Entries().ToList())
            if (entry.Entity is MirroredUser or MirroredGroup or MirroredMember)
                entry.State = EntityState.Detached;
    }

    void Put<TRow>(TRow? own, TRow next)
        where TRow : class
    {
        if (own is null)
            db.Add(next);
        else
            db.Entry(own).CurrentValues.SetValues(next);
    }
}
