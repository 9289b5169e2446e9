using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>Rules whose groups are bound to those that were received.</summary>
/// <param name="Problems">What stands against binding some of them.</param>
/// <param name="Unknown">Groups that are named by an id alone, which no received group has: the fields.</param>
sealed record BoundRules(StoredRules Rules, IReadOnlyList<Problem> Problems, IReadOnlyList<FieldError> Unknown)
{
    public static async Task<BoundRules> BindAsync(
        StoredRules rules,
        Guid connection,
        Func<IEnumerable<NpgsqlBatchCommand>, Task<NpgsqlDataReader>> read,
        CancellationToken ct
    )
    {
        List<GroupReference> references = [.. rules.References];
        if (references.Count == 0)
            return new(rules, [], []);
        var live = await LiveAsync(references, connection, read, ct);
        // A group that is gone is waited for by what else is known of it.
        var gone = references.Select(group => group.Id).OfType<Guid>().Except(live.Select(group => group.Id));
        var (bound, problems) = rules.Without([.. gone]).BoundTo(live);
        return new(
            bound,
            problems,
            [
                .. Unmet(bound.Scope?.Groups ?? [], "scope", i => $"groups[{i}].id"),
                .. Unmet(
                    [.. bound.RoleMappings?.Groups.Select(mapping => mapping.Group) ?? []],
                    "roleMappings",
                    i => $"groups[{i}].group.id"
                ),
            ]
        );
    }

    static async Task<List<ReceivedGroup>> LiveAsync(
        IReadOnlyList<GroupReference> groups,
        Guid connection,
        Func<IEnumerable<NpgsqlBatchCommand>, Task<NpgsqlDataReader>> read,
        CancellationToken ct
    )
    {
        await using var rows = await read([
            ReleasedGroups.ReceivedNamed(connection, [.. groups.Select(group => group.Id).OfType<Guid>()]),
            ReleasedGroups.ReceivedCalled(connection, groups),
        ]);
        var found = await ReleasedGroups.ReadReceivedAsync(rows, ct);
        await rows.NextResultAsync(ct);
        found.AddRange(await ReleasedGroups.ReadReceivedAsync(rows, ct));
        return [.. found.Where(group => !group.IsDeleted).Select(group => group.Group).DistinctBy(group => group.Id)];
    }

    static IEnumerable<FieldError> Unmet(IReadOnlyList<GroupReference> groups, string part, Func<int, string> field) =>
        groups
            .Select((group, i) => (group, i))
            .Where(item => item.group is { Id: null, Name: null, ExternalId: null })
            .Select(item => new FieldError(
                field(item.i),
                "No group with this id was received. Give its name, and it is waited for.",
                part
            ));
}
