using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>The connection pool of the application. Its sessions cannot bypass row-level security.</summary>
static class PostgresPool
{
    // A setting in the configured connection string wins, because the last one counts.
    // The timeouts (seconds) end well before Entra's own 60.
    const string Defaults =
        "Application Name=ScimProvisioning;Max Auto Prepare=100;Auto Prepare Min Usages=2;Timeout=5;Command Timeout=20;Timezone=UTC;";

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
        """;

    /// <summary>Whether a failure, or one inside it, means that PostgreSQL cannot be reached now.</summary>
    public static bool IsUnavailable(Exception? failure) =>
        failure switch
        {
            null => false,
            NpgsqlException { IsTransient: true } or SocketException => true,
            _ => IsUnavailable(failure.InnerException),
        };

    /// <summary>The configured connection string over our defaults.</summary>
    public static NpgsqlConnectionStringBuilder ConnectionString(IConfiguration configuration)
    {
        try
        {
            return new(Defaults + configuration.GetConnectionString("Postgres"));
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
                // Many failures are ordinary refusals. The code that handles a failure logs it, and EF need not log it again.
                .Log(
                    (RelationalEventId.CommandExecuted, LogLevel.Debug),
                    (RelationalEventId.CommandError, LogLevel.Debug),
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
        var builder = new NpgsqlDataSourceBuilder(connectionString.ConnectionString);
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
