namespace ScimProvisioning.Client;

/// <summary>
/// Where an app keeps how far it has followed the events: in the database, and in the transaction, of what it makes of them. Then no event
/// is lost and none has its effect twice, whatever is killed when.
/// </summary>
/// <typeparam name="TTransaction">What the app writes with inside the transaction, such as its DbContext.</typeparam>
public interface IPositionStore<TTransaction>
{
    /// <summary>
    /// The position up to which events were handled, as <see cref="AdvanceAsync"/> has set it; <c>null</c>: none was set yet. During
    /// a first load it is the mark of the load. It is text of up to 100 characters, of which only the follower knows the meaning.
    /// </summary>
    Task<string?> ReadAsync(CancellationToken ct);

    /// <summary>
    /// Compares and sets, in one transaction: if the position is <paramref name="expected"/>, sets it to <paramref name="next"/> and runs
    /// <paramref name="handle"/>. Another that tries the same meanwhile waits, and then finds another position.
    /// </summary>
    /// <param name="handle">What the app does. When it throws, nothing is kept.</param>
    /// <returns>False: the position was another one, and nothing was done.</returns>
    Task<bool> AdvanceAsync(string? expected, string? next, Func<TTransaction, CancellationToken, Task> handle, CancellationToken ct);
}
