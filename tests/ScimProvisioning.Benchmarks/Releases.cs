using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>What a connection has released, as the database says.</summary>
sealed class Releases(NpgsqlDataSource source, ChildProcess server, Guid connection, int users)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Begins something and waits until all of it is released. Prints how long that took and what it cost the server.</summary>
    public async Task MeasureAsync(string what, Func<Task> begin, CancellationToken ct)
    {
        var (events, allocated) = (await EventsAsync(ct), await server.AllocatedBytesAsync(ct));
        var (processor, started) = (server.ProcessorTime, Stopwatch.GetTimestamp());
        await begin();
        var largest = await SettleAsync(ct);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        processor = server.ProcessorTime - processor;
        allocated = await server.AllocatedBytesAsync(ct) - allocated;
        var told = await EventsAsync(ct) - events;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {seconds:F1} s, {users / seconds:N0} users/s, {told:N0} events, at most {largest / 1e6:N0} MB; "
                    + $"for each user {processor.TotalMicroseconds / users:N0} µs of the server's processor, "
                    + $"{allocated / users:N0} B allocated"
            )
        );
    }

    /// <summary>Waits until all is released.</summary>
    /// <returns>The largest resident memory of the server meanwhile, in bytes.</returns>
    public async Task<long> SettleAsync(CancellationToken ct)
    {
        var largest = 0L;
        while (!await IsSettledAsync(ct))
        {
            largest = Math.Max(largest, server.ResidentBytes);
            await Task.Delay(Pause, ct);
        }
        return largest;
    }

    async Task<bool> IsSettledAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            SELECT EXISTS (
                SELECT FROM projections p WHERE p.connection_id = $1 AND p.rebuild_stage IS NULL
                    AND NOT EXISTS (SELECT FROM directory_dirty d WHERE d.connection_id = $1)
                    AND NOT EXISTS (
                        SELECT FROM changes c
                        WHERE c.connection_id = $1 AND (c.transaction_id, c.sequence) > (p.transaction_id, p.sequence)))
            """
        );
        command.Parameters.Add(new() { Value = connection });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    async Task<long> EventsAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand("SELECT count(*) FROM events WHERE connection_id = $1");
        command.Parameters.Add(new() { Value = connection });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
