using System.Diagnostics;

namespace ScimProvisioning.Hosting;

/// <summary>
/// What the lines of a log in JSON say beside their own words: request, connection and trace. The framework's own scopes are left out, for
/// they hold the path of the request, in which there may be personal data.
/// </summary>
sealed class LogScopes : IExternalScopeProvider
{
    readonly LoggerExternalScopeProvider _requests = new();

    /// <inheritdoc/>
    public IDisposable Push(object? state) => state is RequestScope ? _requests.Push(state) : Nothing.Instance;

    /// <inheritdoc/>
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        if (System.Diagnostics.Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
            callback(new Trace($"{span.TraceId}", $"{span.SpanId}"), state);
        _requests.ForEachScope(callback, state);
    }

    sealed class Trace(string traceId, string spanId)
        : List<KeyValuePair<string, object?>>([new("TraceId", traceId), new("SpanId", spanId)])
    {
        public override string ToString() => $"trace {traceId}, span {spanId}";
    }

    sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose() { }
    }
}
