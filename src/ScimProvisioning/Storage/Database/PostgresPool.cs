using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>The connection pool of the application. Its sessions cannot bypass row-level security.</summary>
static class PostgresPool
{
    // A setting in the configured connection string wins, because the last one counts.
    // The timeouts (seconds) end well before Entra's own 60. Of several hosts, one that was down or a standby is asked again after a
    // second.
    const string Defaults =
        "Application Name=ScimProvisioning;Max Auto Prepare=100;Auto Prepare Min Usages=2;Timeout=5;Command Timeout=20;"
        + "Host Recheck Seconds=1;Timezone=UTC;";

    // Npgsql has no names for these.
    const string IdleInTransactionTimeout = "25P03";
    const string TransactionTimeout = "25P04"; // since PostgreSQL 17

    // SET ROLE is tried, because membership in the role does not tell: since PostgreSQL 16 a member may lack the right to SET.
    const string TakeAppRole = """
        DO $$
        BEGIN
            SET ROLE scim_app;
        EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value OR undefined_object THEN
            IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user) THEN
                RAISE EXCEPTION 'The login role "%" bypasses row-level security and cannot become scim_app (%). '
                    'Create that role and grant it to the login, or connect with a role that is neither SUPERUSER nor BYPASSRLS.',
                    session_user, SQLERRM;
            END IF;
        END $$;
        -- One plan for all values, since planning takes longer than most statements, and there is always an index to use.
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off;
        -- What is read often is in memory, where random reads cost no more than sequential ones. To read in the order of an index is then
        -- cheaper than to sort, for example the members of a group.
        SET random_page_cost = 1;
        -- PostgreSQL overestimates conditions on JSON, and compiling a filter takes seconds to save milliseconds.
        SET jit = off;
        -- A queue of writers before one row must not hold sessions for long; the request is answered before its client gives up.
        -- TenantSession knows this number.
        SET lock_timeout = '10s';
        -- A server that hangs must not hold back what others release: nothing is released beyond the oldest transaction that writes.
        SET idle_in_transaction_session_timeout = '5min';
        """;

    /// <summary>
    /// Whether a failure, or one inside it, means that the database cannot serve at the moment: the request may be good, and the client
    /// should send it again. A statement that ran into a limit of our own is no such failure; <see cref="TenantSession"/> tells it apart.
    /// </summary>
    public static bool IsUnavailable(Exception? failure) =>
        failure switch
        {
            // The client has hung up. What the network does to PostgreSQL's sessions comes inside an NpgsqlException.
            null or OperationCanceledException or IOException => false,
            PostgresException answer => answer.IsTransient || IsUnavailable(answer.SqlState),
            // A bug of ours: two statements at once on one session.
            NpgsqlOperationInProgressException => false,
            // PostgreSQL did not answer at all: no host, no session, no network, no time.
            NpgsqlException or SocketException or TimeoutException => true,
            AggregateException several => several.InnerExceptions.Any(IsUnavailable),
            _ => IsUnavailable(failure.InnerException),
        };

    /// <summary>
    /// The same for an answer of PostgreSQL. The classes (https://www.postgresql.org/docs/15/errcodes-appendix.html): 08 connection, 28 and
    /// 3D no session for this login or database, 53 no room, 57 an operator stops it, 58 the machine fails.
    /// </summary>
    static bool IsUnavailable(string sqlState) =>
        sqlState is PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransactionTimeout or TransactionTimeout
        || sqlState[..2] is "08" or "28" or "3D" or "53" or "57" or "58";

    /// <summary>Whether PostgreSQL itself refuses this login or database, which at the start is a mistake in the configuration.</summary>
    public static bool IsRefusedLogin(Exception failure) =>
        failure.GetBaseException() is PostgresException { SqlState: var sqlState } && sqlState[..2] is "28" or "3D";

    /// <summary>The configured connection string over our defaults.</summary>
    public static NpgsqlConnectionStringBuilder ConnectionString(IConfiguration configuration)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(Defaults + configuration.GetConnectionString("Postgres"));
            // Of several hosts only the primary takes writes.
            if (builder.Host?.Contains(',', StringComparison.Ordinal) is true)
                builder.TargetSessionAttributes ??= "primary";
            return builder;
        }
        catch (ArgumentException e)
        {
            throw new StartupException($"ConnectionStrings__Postgres cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Options of every context, also of the migrator's.</summary>
    public static void Configure(DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(warnings =>
            warnings
                // Many failures are ordinary refusals, or one outage of the database. The code that handles a failure logs it, and EF need
                // not log it again.
                .Log(
                    (RelationalEventId.CommandExecuted, LogLevel.Debug),
                    (RelationalEventId.CommandError, LogLevel.Debug),
                    (RelationalEventId.ConnectionError, LogLevel.Debug),
                    (RelationalEventId.TransactionError, LogLevel.Debug),
                    (CoreEventId.QueryIterationFailed, LogLevel.Debug),
                    (CoreEventId.SaveChangesFailed, LogLevel.Debug)
                )
                // A test compares the model with its snapshot; a comparison at each start would only take time.
                .Ignore(RelationalEventId.PendingModelChangesWarning)
        );

    /// <summary>A pool of sessions that act as the role <c>scim_app</c>.</summary>
    public static NpgsqlDataSource CreateDataSource(NpgsqlConnectionStringBuilder connectionString)
    {
        // The reset of a returned connection would undo SET ROLE.
        connectionString.NoResetOnClose = true;
        // The name stands in metrics; without it, the connection string would.
        var builder = new NpgsqlDataSourceBuilder(connectionString.ConnectionString) { Name = "ScimProvisioning" };
        // A span for what belongs to one, and none for the looks that the server takes every second.
        builder.ConfigureTracing(tracing =>
            tracing
                .ConfigureCommandFilter(_ => System.Diagnostics.Activity.Current is not null)
                .ConfigureBatchFilter(_ => System.Diagnostics.Activity.Current is not null)
                .EnablePhysicalOpenTracing(false)
                .EnableFirstResponseEvent(false)
        );
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(TakeAppRole, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(TakeAppRole, connection);
                await command.ExecuteNonQueryAsync();
            }
        );
        return builder.Build();
    }
}
