using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>The partitions of <c>events</c>, one for each month. Functions of the owner make and drop them.</summary>
static class EventPartitions
{
    /// <summary>Makes those of this month and the next three that are missing.</summary>
    public static async Task AddEventPartitionsAsync(this ScimDbContext db, CancellationToken ct) =>
        await db.Database.ExecuteSqlRawAsync("SELECT scim_add_event_partitions()", ct);

    /// <summary>Drops those that hold nothing after that time.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> DropEventPartitionsAsync(this ScimDbContext db, DateTimeOffset before, CancellationToken ct) =>
        (await db.Database.SqlQuery<int>($"""SELECT scim_drop_event_partitions({before}) AS "Value" """).ToListAsync(ct))[0];
}
