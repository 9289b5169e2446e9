using System.Text.Json.Nodes;
using Scim;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.History;

/// <summary>Shows a person or a group as it was at a moment.</summary>
sealed class StateUseCases(
    ScimDbContext db,
    HistorySubjects subjects,
    ConnectionTypes types,
    AdminTransaction transaction,
    Retention retention
)
{
    /// <param name="id">Of the person, or of the SCIM user.</param>
    /// <exception cref="ProblemException">404; 410 for a time of which nothing is kept.</exception>
    public async Task<StateResponse> OfUserAsync(Guid connection, Guid id, StateQuery query, CancellationToken ct)
    {
        var (subject, at) = (await subjects.UserAsync(connection, id, ct), query.Moment(transaction.Now));
        var type = (await TypesAsync(connection, ct)).First(known => known.IsUser);
        PastState? past = null;
        // The one of them that was there, or the present one.
        foreach (var resource in subject.Resources)
            if (await ReadAsync(connection, resource, type, at, ct) is { } found && (past is null || past.Document is null))
                past = found;
        var (released, isKnown) = await ReleasedAsync(subject, at, "user", ct);
        return Answer(past, at, released, isKnown, members: null);
    }

    /// <exception cref="ProblemException">404; 410 for a time of which nothing is kept.</exception>
    public async Task<StateResponse> OfGroupAsync(Guid connection, Guid id, StateQuery query, CancellationToken ct)
    {
        var (subject, at) = (await subjects.GroupAsync(connection, id, ct), query.Moment(transaction.Now));
        var type = (await TypesAsync(connection, ct)).First(known => known.IsGroup);
        var past = await ReadAsync(connection, id, type, at, ct);
        StateMembers? members = null;
        // What a group lost when it was deleted is only known from its beginning on.
        if (past is { Document: not null } and not { WasLost: true, KnownSince: not null })
        {
            var statement = past.KnownSince is null
                ? PastMembers.FromBeginning(connection, id, at)
                : PastMembers.FromNow(connection, id, at);
            await using var rows = await db.ReadAsync(ct, statement);
            var found = await PastMembers.ReadAsync(rows, ct);
            members = new(found.Count, found.Ids);
        }
        var (released, isKnown) = await ReleasedAsync(subject, at, "group", ct);
        return Answer(past, at, released, isKnown, members);
    }

    async Task<IReadOnlyList<ResourceType>> TypesAsync(Guid connection, CancellationToken ct) =>
        types.Of((await db.ReadWithDocumentsAsync(connection, ct)).Documents).All;

    async Task<PastState?> ReadAsync(Guid connection, Guid resource, ResourceType type, DateTimeOffset at, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, PastState.Present(connection, resource), PastState.Changes(connection, resource, at));
        var kept = Retention.Before(transaction.Now, retention.ChangeLogDays);
        return await PastState.ReadAsync(rows, type, at, kept, ct);
    }

    /// <summary>From the last event up to the moment; when none is kept, from the present person, if he is older than that.</summary>
    async Task<(JsonNode? Shown, bool IsKnown)> ReleasedAsync(
        HistorySubject subject,
        DateTimeOffset at,
        string member,
        CancellationToken ct
    )
    {
        List<ToldEvent> events;
        Catalogue catalogue;
        await using (
            var rows = await db.ReadAsync(
                ct,
                StoredRules.Read(subject.Connection),
                ObjectEvents.UpTo(subject.Connection, subject.Object, at)
            )
        )
        {
            catalogue = (await StoredRules.ReadAsync(rows, ct)).Catalogue;
            await rows.NextResultAsync(ct);
            events = await ObjectEvents.ReadAsync(rows, ct);
        }
        if (events.Find(told => told.At <= at && told.Data?[member] is not null) is { } last)
            return (last.Type == EventType.GroupDeleted.Name ? null : last.Data![member], true);
        if (subject.Person is { } person && person.Person.UpdatedAt <= at)
            return (PersonJson.Of(person.Person, Frame(person, catalogue)), true);
        string[] first = [PersonEvent.Created, EventType.GroupCreated.Name];
        var isBefore = events is [.., var oldest] ? first.Contains(oldest.Type) : !subject.WasTold || subject.Person?.Person.CreatedAt > at;
        return (null, isBefore);
    }

    static PersonFrame Frame(ShownPerson person, Catalogue catalogue) =>
        new(person.OrganizationId, person.ConnectionId, person.Provider, IconUrl: null, person.Groups, catalogue);

    static StateResponse Answer(PastState? past, DateTimeOffset at, JsonNode? released, bool isKnown, StateMembers? members) =>
        past?.KnownSince is { } since && at < since
            ? throw ProblemException.Gone(
                "history_expired",
                $"Changes before {PersonJson.Time(since)} are not kept: ask for that time or later."
            )
            : new(at.UtcDateTime, past?.Document, past?.Last is { } last ? FieldChange.Of(last) : null, released, isKnown, members);
}
