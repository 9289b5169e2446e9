using System.Diagnostics.Metrics;

namespace ScimProvisioning.Projection;

/// <summary>What an operator watches of the release: the meter <c>ScimProvisioning.Projection</c>.</summary>
sealed class ProjectionMetrics
{
    static readonly double[] Seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

    readonly Counter<long> _batches;
    readonly Counter<long> _events;
    readonly Histogram<double> _lag;
    readonly Gauge<double> _horizon;
    readonly Gauge<long> _pending;
    readonly Counter<long> _guards;
    readonly Gauge<long> _held;

    public ProjectionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("ScimProvisioning.Projection");
        _batches = meter.CreateCounter<long>("projection.batches", "{batch}", "Transactions that have released something.");
        _events = meter.CreateCounter<long>("projection.events", "{event}", "Events that were told.");
        _lag = meter.CreateHistogram(
            "projection.lag",
            "s",
            "From a change to its release.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds }
        );
        _horizon = meter.CreateGauge<double>(
            "projection.horizon_age",
            "s",
            "How long the oldest writing transaction of the cluster runs; nothing after its beginning is released."
        );
        _pending = meter.CreateGauge<long>("projection.pending_connections", "{connection}", "Connections with something to release.");
        _guards = meter.CreateCounter<long>("guard.triggered", "{time}", "Times that the guard began to hold people of a connection.");
        _held = meter.CreateGauge<long>("guard.holds", "{person}", "People whom the guard holds, in all connections.");
    }

    /// <param name="lag">From the oldest change of the batch to now; <c>null</c>: the batch was of no change.</param>
    public void Batch(int events, TimeSpan? lag)
    {
        _batches.Add(1);
        _events.Add(events);
        if (lag is { } time)
            _lag.Record(Math.Max(0, time.TotalSeconds));
    }

    public void GuardTriggered() => _guards.Add(1);

    public void Looked(int pending, TimeSpan horizonAge, long held)
    {
        _held.Record(held);
        _pending.Record(pending);
        _horizon.Record(horizonAge.TotalSeconds);
    }
}
