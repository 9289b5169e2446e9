using System.Diagnostics.Metrics;
using Npgsql;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin;

/// <summary>
/// What an operator watches of connections: the meter <c>ScimProvisioning.Connections</c>. Without the label <c>connection</c> it tells of
/// the one that is worst off.
/// </summary>
sealed partial class ConnectionMetrics : BackgroundService
{
    // Real time: it spares the database.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    readonly NpgsqlDataSource _database;
    readonly MetricsOptions _options;
    readonly TimeProvider _clock;
    readonly ILogger<ConnectionMetrics> _log;
    readonly ObservableGauge<double> _contact;
    readonly ObservableGauge<double> _expiry;

    IReadOnlyList<CredentialsInUse> _seen = [];

    public ConnectionMetrics(
        NpgsqlDataSource database,
        MetricsOptions options,
        IMeterFactory meters,
        TimeProvider clock,
        ILogger<ConnectionMetrics> log
    )
    {
        (_database, _options, _clock, _log) = (database, options, clock, log);
        var meter = meters.Create("ScimProvisioning.Connections");
        _contact = meter.CreateObservableGauge<double>(
            "connection.last_contact",
            () => Measure(seen => _clock.GetUtcNow() - seen.LastContactAt, worst: Enumerable.Max),
            "s",
            "Since the identity provider of the connection was here."
        );
        _expiry = meter.CreateObservableGauge<double>(
            "token.expires_in",
            () => Measure(seen => seen.ExpiresAt - _clock.GetUtcNow(), worst: Enumerable.Min),
            "s",
            "Until the credential expires that the connection has used last; negative: it has expired."
        );
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (_contact.Enabled || _expiry.Enabled)
                await LookAsync(stoppingToken);
            await Task.Delay(BetweenLooks, stoppingToken);
        }
    }

    async Task LookAsync(CancellationToken ct)
    {
        try
        {
            await using var rows = await AcrossConnections.RunAsync(_database, ct, CredentialsInUse.Find());
            _seen = await CredentialsInUse.ReadAsync(rows, ct);
            while (await rows.NextResultAsync(ct)) { }
        }
        // Whatever it is, it must not stop the server. The next look tries again.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!PostgresPool.IsUnavailable(e))
                NotLooked(e);
        }
    }

    IEnumerable<Measurement<double>> Measure(Func<CredentialsInUse, TimeSpan?> measure, Func<IEnumerable<double>, double> worst)
    {
        var all = _seen
            .Select(seen => (seen.ConnectionId, Seconds: measure(seen)?.TotalSeconds))
            .Where(seen => seen.Seconds is not null)
            .ToList();
        if (_options.ConnectionLabel)
            return all.Select(seen => new Measurement<double>(seen.Seconds!.Value, [new("connection", seen.ConnectionId.ToString())]));
        return all.Count == 0 ? [] : [new(worst(all.Select(seen => seen.Seconds!.Value)))];
    }

    [LoggerMessage(1, LogLevel.Error, "It could not be found out how the credentials of the connections stand; it is tried again")]
    partial void NotLooked(Exception failure);
}
