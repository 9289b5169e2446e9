using System.Collections.Concurrent;
using System.Threading.Channels;

namespace ScimProvisioning.Storage.Changes;

/// <summary>
/// Tells the projection of this server which connections have new entries in the change log. A connection that is told again before it was
/// taken is told once. Nothing is lost when a server dies with it: another one finds what the log has.
/// </summary>
sealed class ChangeSignal
{
    readonly Channel<bool> _looks = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>How long the writes of clients are gathered. A batch costs the same for one of them and for some hundred.</summary>
    // Real time: it spares the database.
    static readonly TimeSpan Together = TimeSpan.FromMilliseconds(100);

    /// <summary>The same where nothing is released: entries are only passed over.</summary>
    static readonly TimeSpan TogetherHeldBack = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Guid, bool> _gathering = [];
    readonly ConcurrentDictionary<Guid, bool> _heldBack = [];
    readonly ConcurrentDictionary<Guid, bool> _waiting = [];
    readonly Channel<Guid> _order = Channel.CreateUnbounded<Guid>();

    /// <summary>After the commit of an entry: the connection is looked at next.</summary>
    public void Raise(Guid connection)
    {
        if (_waiting.TryAdd(connection, true))
            _order.Writer.TryWrite(connection);
    }

    /// <summary>After the commit of a client's write, of which there may be thousands in a second: they are gathered first.</summary>
    public void RaiseSoon(Guid connection)
    {
        if (_gathering.TryAdd(connection, true))
            _ = GatherAsync(connection);
    }

    /// <summary>Tells whether the connection releases anything now.</summary>
    public void Releases(Guid connection, bool releases)
    {
        if (releases)
            _heldBack.TryRemove(connection, out _);
        else
            _heldBack.TryAdd(connection, true);
    }

    /// <summary>Another server or a command has changed some connection: it is worth a look which.</summary>
    public void RaiseUnknown() => _looks.Writer.TryWrite(true);

    /// <summary>Waits until a look is worth it, but no longer than this.</summary>
    public async Task WaitForUnknownAsync(TimeSpan longest, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(longest);
        try
        {
            await _looks.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { }
    }

    async Task GatherAsync(Guid connection)
    {
        await Task.Delay(_heldBack.ContainsKey(connection) ? TogetherHeldBack : Together);
        _gathering.TryRemove(connection, out _);
        Raise(connection);
    }

    /// <summary>The next connection, as soon as there is one.</summary>
    public async Task<Guid> NextAsync(CancellationToken ct)
    {
        var connection = await _order.Reader.ReadAsync(ct);
        _waiting.TryRemove(connection, out _);
        return connection;
    }
}
