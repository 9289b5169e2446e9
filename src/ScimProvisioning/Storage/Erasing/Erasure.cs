using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>
/// Erases people and other resources of one connection, in a transaction that has begun. It holds the lock of the projection meanwhile, so
/// that nothing is released that is erased. What is left names ids only. <see cref="ErasedLogs"/> comes before.
/// </summary>
/// <param name="row">The row of the projection, locked.</param>
sealed class Erasure(ScimDbContext db, ProjectionRow row)
{
    readonly Dictionary<string, int> _counts = [];

    Guid Connection => row.Connection.Id;

    Guid Organization => row.Connection.OrganizationId;

    /// <summary>Erases them all at once: each table is gone through once.</summary>
    /// <returns>By table, how many rows were deleted or emptied; without those of which none was.</returns>
    public async Task<IReadOnlyDictionary<string, int>> RunAsync(IReadOnlyList<ErasedObject> objects, CancellationToken ct)
    {
        // A large group has many members.
        db.Database.SetCommandTimeout(0);
        var ids = await ErasedIds.ReadAsync(db, Connection, Organization, objects, ct);
        var (resources, people) = (ids.Resources, ids.People);
        var keys = new List<string>();
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(Connection), ErasedRows.UidsOf(Connection, people)))
            while (await rows.ReadAsync(ct))
                keys.Add(rows.GetString(0));
        string[] uids = [.. keys];
        await ExecuteAsync(ErasedRows.OfDirectory(Connection, resources, people), ct);
        await ExecuteAsync(Dependents(resources, uids), ct);
        await ExecuteAsync(ErasedRows.OfHistory(Connection, resources, people), ct);
        // Requests that were logged since the logs were gone through.
        await ExecuteAsync([("requests", LogRows.OfResources(ids, int.MaxValue))], ct);
        // The row is saved as it is: a projection whose snapshot is older then fails to lock it, and begins anew.
        await db.RunAsync(ct, row.Save());
        return _counts;
    }

    /// <summary>What the application is told of each of them, to be appended last.</summary>
    public static List<NewEvent> Told(IEnumerable<ErasedObject> objects, EventCause cause, DateTimeOffset now) =>
        [
            .. objects
                .Where(one => one.Person is not null)
                .Select(one => new NewEvent(
                    Guid.CreateVersion7(now),
                    EventType.UserPurged.Name,
                    one.Person!.Value,
                    one.Version + 1,
                    now,
                    cause,
                    InitialLoad: false,
                    ScimJson.Text(
                        new JsonObject
                        {
                            ["user"] = new JsonObject { ["id"] = one.Person, ["version"] = one.Version + 1 },
                            ["was"] = null,
                        }
                    )
                )),
        ];

    /// <summary>
    /// Whoever depends on them is projected again: reports, users who wait for their uid. Their own last memberships are told, too.
    /// </summary>
    IEnumerable<(string, NpgsqlBatchCommand)> Dependents(Guid[] resources, string[] uids) =>
        row.Releases
            ?
            [
                ("", DirtyUsers.AddDependents(Connection, Organization, resources, uids)),
                ("", DirtyUsers.Add(Connection, Organization, resources)),
                ("directory_problems", ErasedRows.OfProblems(Connection, resources, uids)),
            ]
            :
            [
                ("directory_problems", ErasedRows.OfProblems(Connection, resources, uids)),
                ("directory_members", ErasedRows.OfSeenMembers(Connection, resources)),
            ];

    async Task ExecuteAsync(IEnumerable<(string Table, NpgsqlBatchCommand Statement)> steps, CancellationToken ct)
    {
        var all = steps.ToList();
        await db.RunAsync(ct, [RawStatements.Confine(Connection), .. all.Select(step => step.Statement)]);
        foreach (var (table, statement) in all)
            if (table != "" && statement.RecordsAffected > 0)
                _counts[table] = _counts.GetValueOrDefault(table) + (int)statement.RecordsAffected;
    }
}
