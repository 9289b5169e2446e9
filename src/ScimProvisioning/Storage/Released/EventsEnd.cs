using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Where the log of events ends.</summary>
static class EventsEnd
{
    /// <summary>SQL: its number. Numbers are compared within one epoch.</summary>
    public const string Number = "split_part(scim_events_end(), '-', 2)::bigint";

    /// <summary>
    /// The position of the last event. What is read by a later statement holds everything that this event and those before it tell.
    /// </summary>
    public static NpgsqlBatchCommand Read() => new("SELECT scim_events_end()");

    /// <summary>
    /// The same for what is read very often: as a plain statement it is planned once and not each time. It needs the reach of everything.
    /// </summary>
    /// <param name="open">Where the newest events are.</param>
    public static NpgsqlBatchCommand Read(EventWindow open) =>
        new(
            $"""
            SELECT coalesce(
                (SELECT epoch || '-' || greatest(last.position, dropped_to) FROM (
                    SELECT position FROM events WHERE {open.Condition} ORDER BY position DESC LIMIT 1) last),
                scim_events_end())
            FROM event_log
            """
        );

    /// <summary>The same as a number.</summary>
    public static NpgsqlBatchCommand ReadNumber() => new($"SELECT {Number}");

    /// <summary>
    /// The same within a part of the log, for a page of the feed: as a plain statement it is planned once and not each time. No row: there
    /// are no events in it. It needs the reach of everything.
    /// </summary>
    public static NpgsqlBatchCommand ReadNumber(EventWindow window) =>
        new($"SELECT position FROM events WHERE {window.Condition} ORDER BY position DESC LIMIT 1");

    public static async Task<string> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return rows.GetString(0);
    }

    /// <summary>The same in a statement of its own, since each statement sees what was committed before it began.</summary>
    public static async Task<string> ReadAsync(ScimDbContext db, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, Read());
        return await ReadAsync(rows, ct);
    }
}
