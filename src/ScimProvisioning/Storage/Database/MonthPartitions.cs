using Microsoft.EntityFrameworkCore;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// The partitions of the tables that grow with the time, one for each month: <c>events</c>, <c>webhook_attempts</c>, <c>requests</c>.
/// Functions of the owner make and drop them.
/// </summary>
static class MonthPartitions
{
    /// <summary>Makes those of this month and the next three that are missing, of all the tables.</summary>
    public const string Add = "SELECT scim_add_partitions()";

    /// <inheritdoc cref="Add"/>
    public static async Task AddPartitionsAsync(this ScimDbContext db, CancellationToken ct) =>
        await db.Database.ExecuteSqlRawAsync(Add, ct);

    /// <summary>Drops those of a table that hold nothing after that time.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> DropPartitionsAsync(this ScimDbContext db, string table, DateTimeOffset before, CancellationToken ct) =>
        (await db.Database.SqlQuery<int>($"""SELECT scim_drop_partitions({table}, {before}) AS "Value" """).ToListAsync(ct))[0];
}
