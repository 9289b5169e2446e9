namespace ScimProvisioning.Hosting;

/// <summary>
/// The embedded database while a command runs: the database of the server that is running on the data directory. If no server is running,
/// the command starts PostgreSQL itself and stops it again.
/// </summary>
sealed class CommandDatabase : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly EmbeddedPostgres? _own;
    readonly FileStream? _turn;

    CommandDatabase(string connectionString, EmbeddedPostgres? own = null, FileStream? turn = null) =>
        (ConnectionString, _own, _turn) = (connectionString, own, turn);

    public string ConnectionString { get; }

    public static async Task<CommandDatabase> OpenAsync(
        EmbeddedPostgresOptions options,
        ILogger logger,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var data = DataDirectory.Open(options.DataDirectory);
        // One command at a time: a command that started PostgreSQL stops it at its end, and would cut off a second one.
        var turn = await UntilAsync(
            () => data.TryLock("command.lock"),
            $"Another command is using the data directory {data.FullName}.",
            clock,
            ct
        );
        try
        {
            if (data.TryClaim() is { } claim)
            {
                var own = await EmbeddedPostgres.StartAsync(options, data, claim, logger, clock, ct);
                return new(own.ConnectionString, own, turn);
            }
        }
        catch
        {
            await turn.DisposeAsync();
            throw;
        }

        await turn.DisposeAsync();
        return new(
            await UntilAsync(
                () => EmbeddedPostgres.ConnectionStringToRunning(data),
                $"The server on {data.FullName} has not started its PostgreSQL.",
                clock,
                ct
            )
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
            await _own.DisposeAsync();
        if (_turn is not null)
            await _turn.DisposeAsync();
    }

    static async Task<T> UntilAsync<T>(Func<T?> attempt, string complaint, TimeProvider clock, CancellationToken ct)
        where T : class
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            if (attempt() is { } result)
                return result;
            if (clock.GetElapsedTime(start) > Patience)
                throw new StartupException($"{complaint} Gave up after {Patience.TotalSeconds:F0} seconds.");
            await Task.Delay(Pause, clock, ct);
        }
    }
}
