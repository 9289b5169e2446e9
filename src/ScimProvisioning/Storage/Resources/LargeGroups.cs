using System.Collections.Concurrent;
using Npgsql;
using Scim;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// Groups that were found to have many members, remembered for a minute: whether a reply can show them need not be asked again. Members
/// that other servers remove meanwhile are not noticed.
/// </summary>
sealed class LargeGroups(TimeProvider clock)
{
    /// <summary>Members are counted up to here. A group with so many is large for the next removals, too.</summary>
    public const int Counted = 500;

    const int Capacity = 10_000;

    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<(Guid Connection, Guid Group), (int AtLeast, DateTimeOffset Until)> _seen = [];

    /// <summary>Whether the group has more than so many members.</summary>
    public bool HasMore(Guid connection, Guid group, int than) =>
        _seen.TryGetValue((connection, group), out var seen) && seen.AtLeast > than && seen.Until > clock.GetUtcNow();

    /// <summary>
    /// Takes a change of the members into account. A removal that comes to nothing counts too: the number errs to the safe side.
    /// </summary>
    public void Apply(Guid connection, Guid group, MembershipChange change)
    {
        if (change.Clear)
            _seen.TryRemove((connection, group), out _);
        else if (change.Remove.Count > 0 && _seen.TryGetValue((connection, group), out var seen))
        {
            var left = seen with { AtLeast = seen.AtLeast - change.Remove.Count };
            if (!_seen.TryUpdate((connection, group), left, seen))
                _seen.TryRemove((connection, group), out _);
        }
    }

    /// <param name="count">Members of the group, <see cref="Counted"/> at most.</param>
    void Remember(Guid connection, Guid group, int count)
    {
        if (_seen.Count >= Capacity)
            _seen.Clear();
        _seen[(connection, group)] = (count, clock.GetUtcNow() + Lifetime);
    }

    /// <summary>The group with the members of <see cref="ReadSql.FewMembers"/>, without when it is large: then it is remembered.</summary>
    public async Task<StoredResource> ReadFewAsync(NpgsqlDataReader rows, Guid connection, StoredResource group, CancellationToken ct)
    {
        var (count, members) = await ReadSql.ReadFewMembersAsync(rows, ct);
        if (members is null)
            Remember(connection, group.Id, count);
        return group with { Related = members };
    }
}
