using System.Diagnostics.Metrics;
using System.Text.Json;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Runs;

/// <summary>What an operator watches of the runs of identity providers: the meter <c>ScimProvisioning.Activity</c>.</summary>
sealed class RunMetrics
{
    readonly Counter<long> _runs;
    readonly Counter<long> _failures;

    public RunMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("ScimProvisioning.Activity");
        _runs = meter.CreateCounter<long>("sync.runs", "{run}", "Runs of identity providers that are over.");
        _failures = meter.CreateCounter<long>(
            "sync.run_failures",
            "{object}",
            "Users and groups of which a request was refused or failed in a run, each once."
        );
    }

    /// <summary>Counts a run, once it is closed for good.</summary>
    public void Closed(RunFigures figures)
    {
        _runs.Add(1, new KeyValuePair<string, object?>("kind", JsonNamingPolicy.CamelCase.ConvertName(figures.Kind.ToString())));
        _failures.Add(figures.Users.Failed, new KeyValuePair<string, object?>("resource", "User"));
        _failures.Add(figures.Groups.Failed, new KeyValuePair<string, object?>("resource", "Group"));
    }
}
