using System.Diagnostics;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using ScimProvisioning.Storage.Database.Migrations;

namespace ScimProvisioning.Storage.Database;

/// <summary>Brings the database up to date, at the start of a server or for the command migrate. Several may do so at once.</summary>
static partial class DatabaseMigrator
{
    /// <summary>Key of the advisory lock; it ends with the session.</summary>
    const long Lock = 0x5C1_4D16;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Migrates, one server after the other, waiting up to a minute for a database that is not there yet.</summary>
    /// <returns>The migrations that were applied.</returns>
    public static async Task<IReadOnlyList<string>> MigrateAsync(IServiceProvider services, CancellationToken ct)
    {
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DatabaseMigrator));
        var connectionString = PostgresPool.ConnectionString(services.GetRequiredService<IConfiguration>());
        var started = Stopwatch.GetTimestamp();

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var applied = await MigrateAsync(connectionString, ct);
                await OpenSessionAsync(services.GetRequiredService<NpgsqlDataSource>(), ct);
                await AddPartitionsAsync(services.GetRequiredService<NpgsqlDataSource>(), ct);
                return applied;
            }
            catch (Exception e) when (MayPass(e) && Stopwatch.GetElapsedTime(started) < Patience)
            {
                NotReachable(log, attempt, e.GetBaseException().Message);
                await Task.Delay(Pause, ct);
            }
            catch (Exception e) when (e.GetBaseException() is PostgresException refusal && !MayPass(e))
            {
                throw Refused(refusal);
            }
            catch (Exception e) when (MayPass(e))
            {
                throw NotReached(e);
            }
        }
    }

    /// <summary>Checks that the database is up to date, for commands other than <c>migrate</c>.</summary>
    /// <exception cref="StartupException">The database cannot be reached, or is not up to date.</exception>
    public static async Task RequireCurrentAsync(IServiceProvider services, CancellationToken ct)
    {
        try
        {
            if (!await IsCurrentAsync(PostgresPool.ConnectionString(services.GetRequiredService<IConfiguration>()), ct))
                throw new StartupException(
                    "The database is new or not up to date: start a server of this version, or run the command migrate, and try again."
                );
            await OpenSessionAsync(services.GetRequiredService<NpgsqlDataSource>(), ct);
        }
        catch (Exception e) when (MayPass(e))
        {
            throw NotReached(e);
        }
        catch (PostgresException refusal)
        {
            throw Refused(refusal);
        }
    }

    // Opens the first session of the application, so that a login that bypasses row-level security is refused now and not in a request.
    static async Task OpenSessionAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
    }

    /// <summary>A server that was stopped for months has no partitions for what happens today.</summary>
    static async Task AddPartitionsAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(MonthPartitions.Add);
        await command.ExecuteNonQueryAsync(ct);
    }

    static StartupException NotReached(Exception e) =>
        new($"PostgreSQL cannot be reached: {e.GetBaseException().Message} Check ConnectionStrings__Postgres.", e);

    static StartupException Refused(PostgresException refusal) =>
        new($"PostgreSQL refused: {refusal.MessageText}. Check ConnectionStrings__Postgres and the rights of its login.", refusal);

    // Its own session, as the login role: the application's sessions may not create tables.
    static ScimDbContext Open(NpgsqlConnectionStringBuilder connectionString)
    {
        var options = new DbContextOptionsBuilder<ScimDbContext>();
        PostgresPool.Configure(options.UseNpgsql(WithoutPool(connectionString).ConnectionString));
        return new(options.Options);
    }

    static async Task<IReadOnlyList<string>> MigrateAsync(NpgsqlConnectionStringBuilder connectionString, CancellationToken ct)
    {
        if (await IsCurrentAsync(connectionString, ct))
            return [];
        await using var db = Open(connectionString);
        // A migration of a large table, or the wait for another server's, may take long.
        db.Database.SetCommandTimeout(0);
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(ct))
            await creator.CreateAsync(ct);
        // EF releases its own lock between two migrations, and another server could begin the next one.
        await db.Database.OpenConnectionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({Lock})", ct);
        IReadOnlyList<string> pending = [.. await db.Database.GetPendingMigrationsAsync(ct)];
        if (pending.Count > 0)
            await db.Database.MigrateAsync(ct);
        return pending;
    }

    /// <summary>Whether every migration has been applied. EF is not asked: to build its model takes half a second of each start.</summary>
    static async Task<bool> IsCurrentAsync(NpgsqlConnectionStringBuilder connectionString, CancellationToken ct)
    {
        var known = typeof(Initial).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>();
        await using var connection = new NpgsqlConnection(WithoutPool(connectionString).ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand(
                """SELECT array_agg("MigrationId"::text) FROM "__EFMigrationsHistory" """,
                connection
            );
            return await command.ExecuteScalarAsync(ct) is string[] applied && known.All(applied.Contains);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable)
        {
            return false; // there is no database yet, or it is empty
        }
    }

    static NpgsqlConnectionStringBuilder WithoutPool(NpgsqlConnectionStringBuilder connectionString) =>
        new(connectionString.ConnectionString) { Pooling = false };

    // DuplicateDatabase: another server created the missing database first.
    static bool MayPass(Exception e) =>
        (PostgresPool.IsUnavailable(e) && !PostgresPool.IsRefusedLogin(e))
        || e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.DuplicateDatabase };

    [LoggerMessage(1, LogLevel.Warning, "PostgreSQL is not ready (attempt {Attempt}): {Reason}")]
    static partial void NotReachable(ILogger log, int attempt, string reason);
}
