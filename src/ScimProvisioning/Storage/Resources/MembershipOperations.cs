using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The operations of one request on <c>members</c>, in order.</summary>
sealed class MembershipOperations
{
    /// <summary>For resources without members.</summary>
    public static readonly MembershipOperations None = new([], null);

    readonly IReadOnlyList<PatchOperation> _operations;
    readonly IReadOnlyCollection<Guid>? _exactly;

    MembershipOperations(IReadOnlyList<PatchOperation> operations, IReadOnlyCollection<Guid>? exactly)
    {
        (_operations, _exactly) = (operations, exactly);
        Added =
            exactly ?? [.. operations.Where(o => o.Op is not PatchOp.Remove).SelectMany(o => MembershipChange.Named(o.Value)).ToHashSet()];
    }

    /// <summary>Every id that an operation adds; each must exist.</summary>
    public IReadOnlyCollection<Guid> Added { get; }

    /// <summary>A PUT: exactly these members.</summary>
    public static MembershipOperations Exactly(IReadOnlyCollection<Guid> members) => new([], members);

    /// <summary>Takes the operations on <c>members</c> out of the list.</summary>
    /// <exception cref="ScimException">400 <c>invalidValue</c>, <c>mutability</c> or <c>noTarget</c>.</exception>
    public static MembershipOperations TakeFrom(List<PatchOperation> operations)
    {
        var taken = operations.Where(o => o.Path.Attribute == GroupSchema.Members).ToList();
        operations.RemoveAll(o => o.Path.Attribute == GroupSchema.Members);
        foreach (var operation in taken)
        {
            if (operation.Path.Sub is not null)
                throw ScimException.Mutability($"'{operation.Path}' cannot be changed: remove the member and add another.");
            if (operation.Path.Filter is not null && operation.Op is not PatchOp.Remove)
                throw ScimException.NoTarget($"'{operation.Path}' can only be removed; add members by their value.");
        }
        return taken.Count == 0 ? None : new(taken, null);
    }

    /// <summary>What they come to, in the transaction that holds the group's lock.</summary>
    public async Task<MembershipChange> ResolveAsync(TenantTransaction transaction, Caller caller, Guid group, CancellationToken ct)
    {
        if (_exactly is not null)
            return MembershipChange.Exactly(_exactly);
        var selected = await SelectAsync(transaction, caller, group, ct);
        var change = new MembershipChange();
        foreach (var operation in _operations)
        {
            var matches =
                operation.Path.Filter is { } filter ? MembershipChange.Named(filter) ?? selected.Dequeue()
                : operation.Op is PatchOp.Remove ? MembershipChange.NamedIfAny(operation.Value)
                : MembershipChange.Named(operation.Value);
            change.Apply(operation, matches);
        }
        return change;
    }

    /// <summary>
    /// What the filters that only SQL can answer select, in one round trip: whether somebody fits a filter does not depend on the operations before
    /// it, so that all who are or will be members are asked at once.
    /// </summary>
    async Task<Queue<IReadOnlyCollection<Guid>>> SelectAsync(TenantTransaction transaction, Caller caller, Guid group, CancellationToken ct)
    {
        var selected = new Queue<IReadOnlyCollection<Guid>>();
        Guid[] added = [.. Added];
        var statements = _operations
            .Select(o => o.Path.Filter)
            .OfType<FilterExpression>()
            .Where(filter => MembershipChange.Named(filter) is null)
            .Select(filter => ReadSql.SelectMembers(caller, group, filter, added))
            .ToList();
        if (statements.Count == 0)
            return selected;

        await using var rows = await transaction.ReadAsync(ct, statements);
        do
        {
            var ids = new List<Guid>();
            while (await rows.ReadAsync(ct))
                ids.Add(rows.GetGuid(0));
            selected.Enqueue(ids);
        } while (await rows.NextResultAsync(ct));
        return selected;
    }
}
