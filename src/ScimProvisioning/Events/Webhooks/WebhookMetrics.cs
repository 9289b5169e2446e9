using System.Diagnostics.Metrics;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>What an operator watches of the webhooks: the meter <c>ScimProvisioning.Webhooks</c>.</summary>
sealed class WebhookMetrics
{
    static readonly double[] Seconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

    readonly Counter<long> _deliveries;
    readonly Histogram<double> _duration;
    readonly Counter<long> _disabled;
    readonly Gauge<double> _oldest;
    readonly Gauge<long> _waiting;
    readonly Gauge<long> _failing;
    readonly Gauge<long> _off;

    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("ScimProvisioning.Webhooks");
        _deliveries = meter.CreateCounter<long>(
            "webhook.delivery",
            "{attempt}",
            "Attempts to deliver an event; result: delivered, failed (it is tried again) or exhausted."
        );
        _duration = meter.CreateHistogram(
            "webhook.duration",
            "s",
            "From the request to the answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds }
        );
        _disabled = meter.CreateCounter<long>("webhook.disabled", "{endpoint}", "Endpoints that this server has disabled.");
        _oldest = meter.CreateGauge<double>(
            "webhook.oldest_pending",
            "s",
            "How long the oldest undelivered event of an active endpoint waits."
        );
        _waiting = meter.CreateGauge<long>(
            "events.outbox.pending",
            "{event}",
            "Events that active endpoints have not taken at the first try, and those that wait for them; 10,000 at most."
        );
        _failing = meter.CreateGauge<long>("webhook.failing_endpoints", "{endpoint}", "Active endpoints whose last attempt has failed.");
        _off = meter.CreateGauge<long>("webhook.disabled_endpoints", "{endpoint}", "Endpoints that are disabled.");
    }

    /// <summary>Whether somebody wants to know what <see cref="Looked"/> tells: it takes a question to the database.</summary>
    public bool IsWatched => _oldest.Enabled;

    public void Attempted(string result, TimeSpan took)
    {
        _deliveries.Add(1, new KeyValuePair<string, object?>("result", result));
        _duration.Record(took.TotalSeconds);
    }

    public void Disabled() => _disabled.Add(1);

    public void Looked(TimeSpan oldest, long waiting, long failing, long disabled)
    {
        _waiting.Record(waiting);
        _oldest.Record(oldest.TotalSeconds);
        _failing.Record(failing);
        _off.Record(disabled);
    }
}
