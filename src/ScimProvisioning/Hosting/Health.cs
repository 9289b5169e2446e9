using System.Net.Sockets;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ScimProvisioning.Hosting;

/// <summary>/health/live: the process serves. /health/ready: the database answers in time and takes writes.</summary>
static partial class Health
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<DatabaseCheck>().AddHealthChecks().AddCheck<DatabaseCheck>("postgres");
        return services;
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
    }

    /// <summary>All probes share one question to the database, so that however many there are, they take one session.</summary>
    sealed partial class DatabaseCheck(NpgsqlDataSource database, ILogger<DatabaseCheck> log) : IHealthCheck
    {
        // Probes give up after a few seconds.
        const int LimitSeconds = 3;

        readonly Lock _gate = new();
        Task<bool>? _asked;
        int _isReady = 1;

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var fault = await FaultAsync(cancellationToken);
            var isReady = fault is null ? 1 : 0;
            if (Interlocked.Exchange(ref _isReady, isReady) != isReady)
                Changed(fault ?? "200");
            return fault is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(fault);
        }

        async Task<string?> FaultAsync(CancellationToken ct)
        {
            try
            {
                return await Asked().WaitAsync(TimeSpan.FromSeconds(LimitSeconds), ct)
                    ? null
                    : "PostgreSQL takes no writes: it is read-only, or a standby.";
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
            {
                return $"PostgreSQL does not answer: {e.Message}";
            }
        }

        Task<bool> Asked()
        {
            lock (_gate)
                return _asked is { IsCompleted: false } ? _asked : _asked = AskAsync();
        }

        // Without the token of a probe: Npgsql would first wait for PostgreSQL to hear of the cancellation.
        async Task<bool> AskAsync()
        {
            await using var command = database.CreateCommand(
                "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean"
            );
            command.CommandTimeout = LimitSeconds;
            return (bool)(await command.ExecuteScalarAsync())!;
        }

        // Not at every probe, as the framework would.
        [LoggerMessage(1, LogLevel.Information, "/health/ready is from now on: {Answer}")]
        partial void Changed(string answer);
    }
}
