using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory;

/// <summary>
/// Changes of people that come from the application or an admin and not from the identity provider: rows and events of one transaction,
/// which holds the lock of the projection.
/// </summary>
sealed class PersonWrites(ProjectionRow row, Catalogue catalogue, EventCause cause, DateTimeOffset now)
{
    /// <summary>By their ids.</summary>
    readonly Dictionary<Guid, Person> _people = [];

    readonly List<NewEvent> _events = [];

    /// <summary>The statements that begin such a transaction; the row of the projection is the first that they answer.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Begin(Guid connection) =>
        [RawStatements.Confine(connection), ProjectionRow.Create(connection), ProjectionRow.Lock(connection, wait: true)];

    /// <summary>Writes what became of a person, and tells it when the application sees a difference.</summary>
    /// <returns>The person as he is now.</returns>
    public Person Write(Person? previous, Outcome outcome, IReadOnlyList<PersonGroup> groups)
    {
        if (outcome is Outcome.Unchanged { Row: { } unseen })
            return _people[unseen.Id] = unseen;
        if (outcome is not Outcome.Released(var next, var told, _, _))
            return previous ?? throw new InvalidOperationException($"A person that is not there is {outcome}.");
        _people[next.Id] = next;
        var data = told.Data(PersonJson.Of(next, PersonFrames.Of(row.Connection, catalogue, groups)));
        _events.Add(new(Guid.CreateVersion7(now), told.Type, next.Id, next.Version, now, cause, row.InitialLoad, ScimJson.Text(data)));
        return next;
    }

    /// <summary>The last statements of the transaction.</summary>
    // The row is saved as it is: a projection whose snapshot is older than this change then fails to lock it, and begins anew.
    public IEnumerable<NpgsqlBatchCommand> Statements() =>
        [
            .. _people.Count == 0 ? [] : new[] { ReleasedUsers.Save(row.Connection.Id, row.Connection.OrganizationId, _people.Values) },
            row.Save(),
            .. EventLog.Append(row.Connection.Id, row.Connection.OrganizationId, _events),
        ];
}
