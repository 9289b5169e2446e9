using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.History;

/// <summary>Whose history is asked for.</summary>
/// <param name="Object">The id by which events name it.</param>
/// <param name="Resources">The SCIM resources that it is or was, the present one first.</param>
/// <param name="Person">The person of whom the application was told; <c>null</c>: of none, or it is a group.</param>
/// <param name="WasTold">The application was told of it.</param>
/// <param name="IsEmptyGroup">It is a live group, and has no member.</param>
sealed record HistorySubject(Guid Connection, Guid Object, Guid[] Resources, ShownPerson? Person, bool WasTold, bool IsEmptyGroup);

/// <summary>Finds them.</summary>
sealed class HistorySubjects(ScimDbContext db)
{
    /// <param name="id">Of the person, or of the SCIM user, which may be deleted.</param>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<HistorySubject> UserAsync(Guid connection, Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        bool isReceived;
        ShownPerson? person;
        await using (
            var rows = await db.ReadAsync(
                ct,
                RawStatements.Confine(connection),
                ReceivedUsers.Named(connection, [id]),
                ShownPeople.Named(connection, [id]),
                ShownPeople.OfResources(connection, [id])
            )
        )
        {
            isReceived = (await ReceivedUsers.ReadAsync(rows, ct)).Count > 0;
            await rows.NextResultAsync(ct);
            person = (await ShownPeople.ReadAsync(rows, ct)).FirstOrDefault();
            await rows.NextResultAsync(ct);
            person ??= (await ShownPeople.ReadAsync(rows, ct)).FirstOrDefault();
        }
        if (person is null)
            return isReceived
                ? new(connection, id, [id], null, WasTold: false, IsEmptyGroup: false)
                : throw ProblemException.NotFound($"Connection {connection} has no user {id}.");
        var others = await ResourcesAsync(connection, person.Person.Id, ct);
        Guid[] resources = [.. person.Person.ResourceId is { } own ? others.Prepend(own).Distinct() : others];
        return new(connection, person.Person.Id, resources, person, WasTold: true, IsEmptyGroup: false);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<HistorySubject> GroupAsync(Guid connection, Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), ReceivedGroups.Look(connection, id));
        return await rows.ReadAsync(ct)
            ? new(connection, id, [id], null, rows.GetBoolean(1), rows.GetBoolean(0))
            : throw ProblemException.NotFound($"Connection {connection} has no group {id}.");
    }

    /// <summary>Somebody who was deleted and came again has had several.</summary>
    async Task<List<Guid>> ResourcesAsync(Guid connection, Guid person, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, ObjectEvents.ResourcesOf(connection, person));
        var resources = new List<Guid>();
        while (await rows.ReadAsync(ct))
            resources.Add(rows.GetGuid(0));
        return resources;
    }
}
