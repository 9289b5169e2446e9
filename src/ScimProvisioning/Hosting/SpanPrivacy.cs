using System.Collections.Frozen;
using System.Diagnostics;
using Npgsql;
using OpenTelemetry;

namespace ScimProvisioning.Hosting;

/// <summary>
/// Leaves in a span only what holds neither a secret nor personal data. Paths, queries, addresses of receivers, SQL and the messages of
/// exceptions may hold either, so what is not on the list goes.
/// </summary>
sealed class SpanPrivacy : BaseProcessor<System.Diagnostics.Activity>
{
    /// <summary>What is ours has one of these beginnings; it is an id, a number or a word of ours.</summary>
    static readonly string[] Own = ["scim.", "projection.", "webhook.", "import."];

    static readonly FrozenSet<string> Kept = FrozenSet.Create(
        StringComparer.Ordinal,
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "network.protocol.version",
        "url.scheme",
        "error.type",
        "db.system.name",
        "db.namespace",
        "db.response.status_code"
    );

    // An event of a span cannot be changed afterwards, so the message of an exception is left out when it is recorded. Only Npgsql does
    // that.
    readonly ActivityListener _exceptions = new()
    {
        ShouldListenTo = source => source.Name == "Npgsql",
        ExceptionRecorder = (_, exception, ref tags) =>
        {
            tags.Add("exception.message", exception is PostgresException { SqlState: var state } ? $"SQLSTATE {state}" : "");
            tags.Add("exception.stacktrace", "");
        },
    };

    public SpanPrivacy() => ActivitySource.AddActivityListener(_exceptions);

    /// <inheritdoc/>
    public override void OnEnd(System.Diagnostics.Activity data)
    {
        foreach (var name in data.TagObjects.Select(tag => tag.Key).Where(name => !IsKept(name)).ToList())
            data.SetTag(name, null);
        if (data.StatusDescription is not null)
            data.SetStatus(data.Status);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _exceptions.Dispose();
        base.Dispose(disposing);
    }

    static bool IsKept(string name) => Kept.Contains(name) || Own.Any(start => name.StartsWith(start, StringComparison.Ordinal));
}
