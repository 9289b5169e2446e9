using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>The way to PostgreSQL: one pool for the whole application, whose sessions cannot bypass row-level security.</summary>
static class PostgresPool
{
    // Somebody who writes a setting into the connection string wins: the last mention counts.
    // The timeouts (seconds) end well before Entra's own 60.
    const string Defaults =
        "Application Name=ScimProvisioning;Max Auto Prepare=100;Auto Prepare Min Usages=2;Timeout=5;Command Timeout=20;Timezone=UTC;";

    // Trying is the only test that means the same on every version: since PostgreSQL 16 a member may lack the right to SET.
    // Compiling a filter costs seconds of work, to save milliseconds: PostgreSQL takes every condition on JSON for a thousand rows.
    const string TakeAppRole = """
        DO $$
        BEGIN
            SET jit = off;
            SET ROLE scim_app;
        EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value OR undefined_object THEN
            IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user) THEN
                RAISE EXCEPTION 'The login role "%" bypasses row-level security and cannot become scim_app (%). '
                    'Create that role and grant it to the login, or connect with a role that is neither SUPERUSER nor BYPASSRLS.',
                    session_user, SQLERRM;
            END IF;
        END $$;
        -- One plan for every value, since planning costs more than most statements do; and there is always an index to go by.
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off;
        -- What is read often is in memory, where no page is dearer than the next: an index gives its order for nothing, and sorting a group's members does not.
        SET random_page_cost = 1;
        SET jit = off;
        """;

    /// <summary>Whether a failure means that PostgreSQL cannot be reached now, however deep EF has wrapped it.</summary>
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

    /// <summary>What every context of ours shares, the migrator's too.</summary>
    public static void Configure(DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(warnings =>
            warnings
                // What fails is told once, by who answers for it: many failures are ordinary refusals.
                .Log(
                    (RelationalEventId.CommandExecuted, LogLevel.Debug),
                    (RelationalEventId.CommandError, LogLevel.Debug),
                    (CoreEventId.SaveChangesFailed, LogLevel.Debug)
                )
                // A test compares the model with its snapshot; at each start it would only cost time.
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
