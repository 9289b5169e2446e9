using Npgsql;
using Scim;
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
        IReadOnlyList<GroupReference> scope = rules.Scope?.Groups ?? [];
        IReadOnlyList<GroupReference> roles = [.. rules.RoleMappings?.Groups.Select(mapping => mapping.Group) ?? []];
        if (scope.Count + roles.Count == 0)
            return new(rules, [], []);
        var live = await LiveAsync([.. scope, .. roles], connection, read, ct);
        var (boundScope, scopeProblems) = GroupReference.BindAll([.. scope.Select(Known)], live);
        var (boundRoles, roleProblems) = GroupReference.BindAll([.. roles.Select(Known)], live);
        return new(
            rules with
            {
                Scope = rules.Scope is { } had ? had with { Groups = boundScope } : null,
                RoleMappings = rules.RoleMappings is { } mappings
                    ? mappings with
                    {
                        Groups = [.. mappings.Groups.Zip(boundRoles, (mapping, group) => mapping with { Group = group })],
                    }
                    : null,
            },
            [.. scopeProblems, .. roleProblems],
            [.. Unmet(boundScope, "scope", i => $"groups[{i}].id"), .. Unmet(boundRoles, "roleMappings", i => $"groups[{i}].group.id")]
        );

        // A group that is gone is waited for by what else is known of it.
        GroupReference Known(GroupReference group) =>
            group.Id is { } id && live.All(other => other.Id != id) ? group with { Id = null } : group;
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
            ReleasedGroups.ReceivedCalled(
                connection,
                [.. groups.Select(group => group.Name).OfType<string>().Select(CaseFolding.Fold)],
                [.. groups.Select(group => group.ExternalId).OfType<string>()]
            ),
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
