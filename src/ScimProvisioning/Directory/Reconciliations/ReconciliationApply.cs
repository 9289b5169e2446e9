using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Directory.Reconciliations;

/// <summary>
/// Tells the application again of the people that a reconciliation has found, as a snapshot would: as they were told last, with the
/// memberships of those who are active. A part in each transaction, which also notes who was told, so that nobody is told twice. It holds
/// the lock of the projection, so that every later change is told after it.
/// </summary>
sealed class ReconciliationApply(
    ScimDbContext db,
    AdminTransaction transaction,
    NpgsqlDataSource database,
    EventSignal signal,
    TimeProvider clock
)
{
    /// <summary>People in one transaction.</summary>
    const int PartSize = 500;

    /// <exception cref="ProblemException">404; 403; 409 unless the reconciliation is completed, and while a snapshot runs.</exception>
    public async Task<ApplyReconciliationResponse> RunAsync(
        Guid connection,
        Guid id,
        ApplyReconciliationRequest request,
        AdminCaller caller,
        CancellationToken ct
    )
    {
        List<DifferenceClass> classes =
        [
            .. (request.Classes ?? []).Select(name => WireName.TryParse(name, out DifferenceClass one) ? one : DifferenceClass.Local),
        ];
        long[] numbers = [.. (request.Ids ?? []).Distinct()];
        var skipped = await transaction.ChangeAsync(caller, () => BeginAsync(connection, id, classes, numbers, ct), ct);
        var (told, after) = (0L, 0L);
        while (true)
        {
            (long Told, long Skipped, long? Last) part;
            try
            {
                part = await TellPartAsync(connection, id, classes, numbers, after, caller.RequestId, ct);
            }
            catch (ProblemException e) when (told > 0)
            {
                throw ProblemException.Conflict(e.Code, $"{told} people were told. {e.Message}");
            }
            told += part.Told;
            skipped += part.Skipped;
            if (part.Last is not { } last)
                return new(told, skipped);
            after = last;
        }
    }

    /// <returns>How many of the chosen ones are not to be told.</returns>
    async Task<long> BeginAsync(Guid connection, Guid id, List<DifferenceClass> classes, long[] numbers, CancellationToken ct)
    {
        var row = await db.ReadReconciliationAsync(connection, id, ct);
        if (row.State != ReconciliationRow.Completed)
            throw ProblemException.Conflict("invalid_state", $"The reconciliation is {row.State}: there is nothing to apply.");
        transaction.Record(
            AuditAction.ReconciliationApplied,
            "Reconciliation",
            id,
            row.Organization,
            null,
            new
            {
                connectionId = connection,
                classes = classes.ConvertAll(WireName.Of),
                ids = numbers.Length,
            },
            connection
        );
        await using var rows = await db.ReadAsync(ct, Differences.CountSilent(connection, id, classes, numbers));
        await rows.ReadAsync(ct);
        return rows.GetInt64(0);
    }

    async Task<(long Told, long Skipped, long? Last)> TellPartAsync(
        Guid connection,
        Guid id,
        List<DifferenceClass> classes,
        long[] numbers,
        long after,
        string requestId,
        CancellationToken ct
    )
    {
        var now = clock.GetStoredNow();
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        var (projection, catalogue) = await LockAsync(session, connection, ct);
        List<Difference> found;
        await using (var rows = await session.ReadAsync(ct, Differences.Untold(connection, id, classes, numbers, after, PartSize)))
            found = await Differences.ReadAsync(rows, ct);
        if (found.Count == 0)
            return (0, 0, null);
        var people = await ReadPeopleAsync(session, connection, [.. found.Select(d => d.PersonId!.Value).Distinct()], ct);
        var events = people.ConvertAll(shown => Told(shown, projection, catalogue, id, requestId, now));
        events.AddRange(await MembershipsAsync(session, projection.Connection, people, id, requestId, now, ct));
        // Whoever is gone meanwhile was told so.
        var known = people.ConvertAll(shown => shown.Person.Id).ToHashSet();
        await session.CommitAllAsync(
            ct,
            [
                Differences.MarkTold(connection, id, [.. known], now),
                .. EventLog.Append(connection, projection.Connection.OrganizationId, events),
            ]
        );
        signal.Raise();
        return (people.Count, found.Count(d => !known.Contains(d.PersonId!.Value)), found[^1].Number);
    }

    static async Task<(ProjectionRow Row, Catalogue Catalogue)> LockAsync(TenantSession session, Guid connection, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(
            ct,
            ProjectionRow.Create(connection),
            ProjectionRow.Lock(connection, wait: true),
            StoredRules.Read(connection),
            SnapshotRow.IsRunning(connection)
        );
        var projection = (await ProjectionRow.ReadAsync(rows, ct))!;
        await rows.NextResultAsync(ct);
        var stored = await StoredRules.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        // The application takes who is told by another event while a snapshot is told for somebody the snapshot did not tell.
        if (await rows.ReadAsync(ct))
            throw ProblemException.Conflict(
                "snapshot_running",
                "A snapshot of this connection runs: it tells everything again, these too."
            );
        return (projection, stored.Catalogue);
    }

    static async Task<List<ShownPerson>> ReadPeopleAsync(TenantSession session, Guid connection, Guid[] ids, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(ct, ShownPeople.Named(connection, ids));
        return await ShownPeople.ReadAsync(rows, ct);
    }

    static NewEvent Told(ShownPerson shown, ProjectionRow projection, Catalogue catalogue, Guid id, string requestId, DateTimeOffset now)
    {
        var person = shown.Editable(projection.Releases);
        var data = new JsonObject
        {
            ["user"] = PersonJson.Of(person, PersonFrames.Of(projection.Connection, catalogue, shown.Groups)),
            ["changes"] = new JsonArray(),
            ["previous"] = new JsonObject(),
        };
        var type = person.Status is PersonStatus.Deleted ? EventType.UserDeleted : EventType.UserUpdated;
        return Event(type, person.Id, person.Version, data, id, requestId, now);
    }

    /// <summary>In the application they went with the person.</summary>
    static async Task<List<NewEvent>> MembershipsAsync(
        TenantSession session,
        ProjectedConnection connection,
        List<ShownPerson> people,
        Guid id,
        string requestId,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        Guid[] active = [.. people.Where(shown => shown.Person.Status is PersonStatus.Active).Select(shown => shown.Person.Id)];
        List<(Guid Group, Guid Person)> members;
        await using (var rows = await session.ReadAsync(ct, ReleasedMembers.ToldOf(connection.Id, active)))
            members = await ReleasedMembers.ReadToldAsync(rows, ct);
        List<ReleasedGroup> groups;
        await using (
            var rows = await session.ReadAsync(ct, ReleasedGroups.Named(connection.Id, [.. members.Select(m => m.Group).Distinct()]))
        )
            groups = await ReleasedGroups.ReadAllAsync(rows, ct);
        var events = new List<NewEvent>();
        foreach (var group in groups.Where(group => group.DeletedAt is null))
        foreach (var added in members.Where(m => m.Group == group.Id).Select(m => m.Person).Chunk(ProjectionBatch.MembersPerEvent))
            events.Add(
                Event(
                    EventType.MembersChanged,
                    group.Id,
                    group.Version,
                    GroupProjection.MembersChanged(group, connection, added, []),
                    id,
                    requestId,
                    now
                )
            );
        return events;
    }

    static NewEvent Event(EventType type, Guid about, long version, JsonObject data, Guid id, string requestId, DateTimeOffset now) =>
        new(
            Guid.CreateVersion7(now),
            type.Name,
            about,
            version,
            now,
            new(EventCause.OfReconciliation, requestId),
            InitialLoad: false,
            ScimJson.Text(data),
            SnapshotId: id
        );
}
