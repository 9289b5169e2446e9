namespace Scim;

/// <summary>
/// The order in which the operations of a bulk request run: as given, except that a resource is created before the first operation that
/// refers to it (RFC 7644 §3.7). Resources that refer to each other form a circle (§3.7.1): at least one of them is created before a
/// resource that it refers to.
/// </summary>
/// <remarks>
/// Tarjan's algorithm for strongly connected components, which returns a component after those it refers to. It recurses along the
/// references, so the caller must limit the number of operations first.
/// </remarks>
public sealed class BulkOrder
{
    readonly IReadOnlyList<int>[] _needs;
    readonly int[] _reached;
    readonly int[] _lowest;
    readonly int[] _finished;
    readonly Stack<int> _open = [];
    readonly List<IReadOnlyList<int>> _circles = [];
    int _steps;

    BulkOrder(IReadOnlyList<int>[] needs) =>
        (_needs, _reached, _lowest, _finished) = (needs, new int[needs.Length], new int[needs.Length], new int[needs.Length]);

    /// <summary>
    /// The indexes of the operations, in groups that run one after the other. A group is a single operation or a circle. References to a
    /// <c>bulkId</c> that no operation creates are ignored.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<BulkOperation> operations)
    {
        var made = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < operations.Count; i++)
            if (operations[i] is { Method: BulkMethod.Post, BulkId: { } bulkId })
                made[bulkId] = i;

        var order = new BulkOrder([
            .. operations.Select(o => o.FindReferences().Where(made.ContainsKey).Select(bulkId => made[bulkId]).Order().ToArray()),
        ]);
        for (var i = 0; i < operations.Count; i++)
            if (order._reached[i] == 0)
                order.Reach(i);
        return order._circles;
    }

    /// <summary>Visits an operation and all that it refers to.</summary>
    void Reach(int operation)
    {
        _lowest[operation] = _reached[operation] = ++_steps;
        _open.Push(operation);
        foreach (var need in _needs[operation])
        {
            if (_reached[need] == 0)
            {
                Reach(need);
                _lowest[operation] = Math.Min(_lowest[operation], _lowest[need]);
            }
            else if (_finished[need] <= 0)
                _lowest[operation] = Math.Min(_lowest[operation], _reached[need]);
        }
        // Negative: finished, but its circle is not complete yet.
        _finished[operation] = -++_steps;
        if (_lowest[operation] == _reached[operation])
            Close(operation);
    }

    /// <summary>
    /// Takes a complete circle off the stack. Within it, too, a resource comes before those that refer to it where possible.
    /// </summary>
    void Close(int first)
    {
        var circle = new List<int>();
        do
        {
            circle.Add(_open.Pop());
            _finished[circle[^1]] *= -1;
        } while (circle[^1] != first);
        _circles.Add([.. circle.OrderBy(operation => _finished[operation])]);
    }
}
