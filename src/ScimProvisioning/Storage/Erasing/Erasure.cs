using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>
/// Erases people and other resources of one connection everywhere, in a transaction that has begun. It holds the lock of the projection
/// meanwhile, so that nothing is released that is erased. What is left names ids only.
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
        // The change log and the requests have no index by resource, so all of the connection are read.
        db.Database.SetCommandTimeout(0);
        Guid[] resources = [.. objects.Select(one => one.Resource).OfType<Guid>()];
        Guid[] people = [.. objects.Select(one => one.Person).OfType<Guid>()];
        PersonalTexts texts;
        string[] uids;
        await using (
            var rows = await db.ReadAsync(
                ct,
                RawStatements.Confine(Connection),
                PersonalTexts.Find(Connection, resources, people),
                ErasedRows.UidsOf(Connection, people)
            )
        )
        {
            texts = await PersonalTexts.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            var keys = new List<string>();
            while (await rows.ReadAsync(ct))
                keys.Add(rows.GetString(0));
            uids = [.. keys];
        }
        // Attempts of webhooks belong to endpoints, and those of the operator are in nobody else's reach.
        await db.ReadWithinAsync(
            Reach.Everything,
            async () =>
            {
                await ExecuteAsync(ErasedRows.OfWebhooks(Connection, people, texts.Patterns), ct);
                return true;
            },
            ct
        );
        await ExecuteAsync(ErasedRows.OfDirectory(Connection, resources, people), ct);
        await ExecuteAsync(Dependents(resources, uids), ct);
        await ExecuteAsync(ErasedRows.OfLogs(Connection, Organization, resources, people, texts), ct);
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
