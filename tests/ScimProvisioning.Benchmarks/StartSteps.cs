using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// Notes in the measured server when it reached each step of its start, from events that .NET writes in any case. The times are
/// those of <see cref="Stopwatch"/>, which all processes of a machine share.
/// </summary>
sealed class StartSteps : EventListener, IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    // In the order of ServerStart: runtime, services, host, database, listening.
    public const int Count = 5;

    readonly long[] _reached = new long[Count];

    public StartSteps()
    {
        Reach(0);
        DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>The time of each step, 0 for those that have not been reached.</summary>
    public IReadOnlyList<long> Reached => _reached;

    /// <inheritdoc/>
    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
            value.Subscribe(this);
    }

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == "HostBuilding")
            Reach(1);
        else if (value.Key == "HostBuilt")
            Reach(2);
    }

    /// <inheritdoc/>
    public void OnCompleted() { }

    /// <inheritdoc/>
    public void OnError(Exception error) { }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft.AspNetCore.Hosting")
            EnableEvents(eventSource, EventLevel.Informational);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == "HostStart")
            Reach(3);
        if (eventData.EventName != "ServerReady")
            return;
        Reach(4);
        // Each request would write events too, and they would cost time.
        DisableEvents(eventData.EventSource);
    }

    void Reach(int step)
    {
        if (_reached[step] == 0)
            _reached[step] = Stopwatch.GetTimestamp();
    }
}
