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

        const string Good = "200";

        const string NoMonths =
            "There are partitions of the table events, webhook_attempts or requests for less than a month ahead. Without those of events "
            + "nothing can be told to the application, while SCIM goes on; without the others the log of attempts or of requests stays "
            + "empty. The daily job makes them: its failures are in the log. SELECT scim_add_partitions() makes them.";

        readonly Lock _gate = new();
        Task<Answer>? _asked;
        string _said = Good;

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var result = await ResultAsync(cancellationToken);
            var says = result.Description ?? Good;
            // Failures differ in their words; a change is told, not each of them.
            var state = result.Status is HealthStatus.Unhealthy ? nameof(HealthStatus.Unhealthy) : says;
            if (Interlocked.Exchange(ref _said, state) != state)
                Changed(says);
            return result;
        }

        async Task<HealthCheckResult> ResultAsync(CancellationToken ct)
        {
            try
            {
                var answer = await Asked().WaitAsync(TimeSpan.FromSeconds(LimitSeconds), ct);
                return !answer.TakesWrites ? HealthCheckResult.Unhealthy("PostgreSQL takes no writes: it is read-only, or a standby.")
                    : !answer.HasMonths ? HealthCheckResult.Degraded(NoMonths)
                    : HealthCheckResult.Healthy();
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy($"PostgreSQL does not answer: {e.Message}");
            }
        }

        Task<Answer> Asked()
        {
            lock (_gate)
                return _asked is { IsCompleted: false } ? _asked : _asked = AskAsync();
        }

        // Without the token of a probe: Npgsql would first wait for PostgreSQL to hear of the cancellation.
        async Task<Answer> AskAsync()
        {
            await using var command = database.CreateCommand(
                """
                SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean,
                    NOT EXISTS (
                        SELECT FROM unnest(ARRAY['events', 'webhook_attempts', 'requests']) AS t (name)
                        WHERE to_regclass(name) IS NOT NULL
                            AND to_regclass(name || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '_YYYY_MM')) IS NULL)
                """
            );
            command.CommandTimeout = LimitSeconds;
            await using var rows = await command.ExecuteReaderAsync();
            await rows.ReadAsync();
            return new(rows.GetBoolean(0), rows.GetBoolean(1));
        }

        /// <param name="HasMonths">The events, attempts and requests of the next month have partitions.</param>
        sealed record Answer(bool TakesWrites, bool HasMonths);

        // Not at every probe, as the framework would.
        [LoggerMessage(1, LogLevel.Information, "/health/ready is from now on: {Answer}")]
        partial void Changed(string answer);
    }
}
