using ScimProvisioning.Api;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.History;

/// <summary>Shows what has happened to a person or a group: what was received, and what the application was told.</summary>
sealed class HistoryUseCases(ScimDbContext db, HistorySubjects subjects, ActivityOptions options)
{
    /// <summary>Events that are looked through for the last change of each attribute.</summary>
    const int MostLookedThrough = 200;

    /// <param name="id">Of the person, or of the SCIM user.</param>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<HistoryResponse> OfUserAsync(Guid connection, Guid id, HistoryQuery query, CancellationToken ct) =>
        await OfAsync(await subjects.UserAsync(connection, id, ct), query, ct);

    /// <exception cref="ProblemException">404.</exception>
    public async Task<HistoryResponse> OfGroupAsync(Guid connection, Guid id, HistoryQuery query, CancellationToken ct)
    {
        var subject = await subjects.GroupAsync(connection, id, ct);
        return await OfAsync(subject, query, ct) with { Hint = subject.IsEmptyGroup ? ReceivedGroups.Empty.English : null };
    }

    async Task<HistoryResponse> OfAsync(HistorySubject subject, HistoryQuery query, CancellationToken ct)
    {
        var (limit, isFirst) = (query.Limit ?? PageRequest.DefaultLimit, string.IsNullOrEmpty(query.After));
        var place = isFirst ? new(null, null) : HistoryPlace.TryParse(query.After!)!;
        List<ResourceChange> changes;
        List<ToldEvent> events;
        await using (
            var rows = await db.ReadAsync(
                ct,
                ResourceChanges.Newest(subject.Connection, subject.Resources, place.Change, limit + 1),
                ObjectEvents.Newest(subject.Connection, subject.Object, place.Event, limit + 1)
            )
        )
        {
            changes = await ResourceChanges.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            events = await ObjectEvents.ReadAsync(rows, ct);
        }
        if (isFirst)
            place = HistoryPlace.Before(changes, events);
        var runs = changes.Count == 0 ? [] : await RunsAsync(subject.Connection, changes[^1].At, changes[0].At, ct);
        var (entries, next) = Merge(changes, events, change => RunOf(change, runs), place, limit);
        if (!isFirst)
            return new(entries, next, null, null, null, null);
        var (fields, seen, held) = await LastOfEachAsync(subject, ct);
        return new(entries, next, fields, seen, null, held?.UtcDateTime);
    }

    /// <summary>Takes from both the newer one each time; what is not taken is on the next page.</summary>
    static (List<HistoryEntry> Entries, string? Next) Merge(
        List<ResourceChange> changes,
        List<ToldEvent> events,
        Func<ResourceChange, Guid?> runOf,
        HistoryPlace place,
        int limit
    )
    {
        var entries = new List<HistoryEntry>();
        var (c, e) = (0, 0);
        while (entries.Count < limit && (c < changes.Count || e < events.Count))
            // Of the same time, what was told comes after what was received.
            if (e < events.Count && (c == changes.Count || events[e].At >= changes[c].At))
            {
                place = place with { Event = events[e].Position };
                entries.Add(HistoryEntries.Of(events[e++]));
            }
            else
            {
                var change = changes[c++];
                place = place with { Change = change.Position };
                entries.Add(HistoryEntries.Of(change, runOf(change)));
            }
        return (entries, c < changes.Count || e < events.Count ? place.ToString() : null);
    }

    async Task<List<RunRow>> RunsAsync(Guid connection, DateTimeOffset first, DateTimeOffset last, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, RunRow.Within(connection, first - Slack, last + Slack));
        return await RunRow.ReadAsync(rows, ct);
    }

    /// <summary>A change is later than its request, by which the times of a run are told. No other run is nearer than this.</summary>
    TimeSpan Slack => options.RunGap / 2;

    Guid? RunOf(ResourceChange change, List<RunRow> runs) =>
        runs.Find(run => run.StartedAt - Slack <= change.At && change.At < run.LastAt + Slack)?.Id;

    async Task<(Dictionary<string, FieldChange> Fields, Dictionary<string, FieldChange> Seen, DateTimeOffset? Held)> LastOfEachAsync(
        HistorySubject subject,
        CancellationToken ct
    )
    {
        await using var rows = await db.ReadAsync(
            ct,
            ResourceChanges.LastOfEach(subject.Connection, subject.Resources),
            ObjectEvents.Newest(subject.Connection, subject.Object, null, MostLookedThrough),
            GuardHolds.Find(subject.Connection, subject.Object)
        );
        var fields = await ResourceChanges.ReadLastAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var events = await ObjectEvents.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var hold = (await GuardHolds.ReadAsync(rows, ct)).Find(one => one.ApprovedBy is null);
        return (fields.ToDictionary(f => f.Key, f => FieldChange.Of(f.Value)), HistoryEntries.LastOfEach(events), hold?.Since);
    }
}
