using System.Collections;

namespace ScimProvisioning;

/// <summary>What each line of a log in JSON says of the request that it belongs to.</summary>
/// <param name="connection">Asked for each line: it is known only once the request has logged in.</param>
sealed class RequestScope(string requestId, Func<Guid?> connection) : IReadOnlyList<KeyValuePair<string, object?>>, IDisposable
{
    Func<Guid?> _connection = connection;

    /// <summary>Whether the log is one of JSON: lines of text have no room for it.</summary>
    public static bool IsLogged(IConfiguration configuration) =>
        string.Equals(configuration["Logging:Console:FormatterName"], "json", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public int Count => _connection() is null ? 1 : 2;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] =>
        index switch
        {
            0 => new("RequestId", requestId),
            1 => new("ConnectionId", _connection()),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };

    /// <summary>What still runs after the request must not ask it any more: ASP.NET uses its parts for the next one.</summary>
    public void Dispose()
    {
        var last = _connection();
        _connection = () => last;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var (i, count) = (0, Count); i < count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"request {requestId}";
}
