namespace ScimProvisioning.Benchmarks;

/// <summary>A connection with many users and groups: the first of each was created over HTTP, the others are copies.</summary>
/// <param name="Movers">Users beyond <paramref name="Users"/>, in no group: each worker adds and removes its own one as a member.</param>
sealed record SeededDirectory(
    Tenant Tenant,
    Guid[] Users,
    Guid[] Movers,
    Guid[] SmallGroups,
    Guid[] LargeGroups,
    Guid HotGroup,
    int LargeGroupSize
)
{
    public const int SmallGroupSize = 10;
    const int Groups = 64;
    const int Movable = 64;
    const int Largest = 100_000;

    public static async Task<SeededDirectory> SeedAsync(Tenant tenant, int users, BulkLoad load, CancellationToken ct)
    {
        var user = await tenant.CreateAsync("Users", UserDocuments.New(UserDocuments.FirstKey), ct);
        var group = await tenant.CreateAsync("Groups", UserDocuments.NewGroup(UserDocuments.FirstKey), ct);
        var ids = await load.CopiesAsync(tenant, user, users + Movable, ct);
        var groups = await load.CopiesAsync(tenant, group, 2 * Groups + 1, ct);

        // A tenth of the users, so that the number of groups of a user does not depend on the size of the directory.
        var size = Math.Min(users / 10, Largest);
        await load.MembersAsync(tenant, MembersOf(groups[..Groups], ids.AsMemory(0, users), SmallGroupSize), ct);
        await load.MembersAsync(tenant, MembersOf(groups[Groups..], ids.AsMemory(0, users), size), ct);
        return new(tenant, ids[..users], ids[users..], groups[..Groups], groups[Groups..^1], groups[^1], size);
    }

    // Each group has members from the whole directory, and other ones than the next group if there are enough.
    static IEnumerable<(Guid Group, Guid Member)> MembersOf(Guid[] groups, ReadOnlyMemory<Guid> users, int size)
    {
        var step = users.Length / size;
        for (var group = 0; group < groups.Length; group++)
        for (var member = 0; member < size; member++)
            yield return (groups[group], users.Span[member * step + group % step]);
    }
}
