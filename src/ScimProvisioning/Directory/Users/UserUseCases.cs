using System.Text.Json.Nodes;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>What the application reads of people, and what it writes: its own id and data, and attributes that are not managed.</summary>
sealed class UserUseCases(ScimDbContext db, ReleasedList list, KnownCatalogue known, AdminTransaction transaction, ConnectionTypes types)
{
    /// <summary>A page of people, and on the first one the position of the last event before it was read.</summary>
    /// <exception cref="ProblemException">404 for a connection or organization that is not there.</exception>
    public async Task<(Page<PersonView> Page, string? Position)> ListAsync(
        Reach reach,
        UserQuery query,
        PageRequest page,
        CancellationToken ct
    )
    {
        var catalogue = await known.GetAsync(ct);
        List<ShownPerson> people;
        var (rows, position) = await list.ReadAsync(reach, page, ct, ShownPeople.Page(query.Filter, page.Start, page.Take));
        await using (rows)
            people = await ShownPeople.ReadAsync(rows, ct);
        if (people is [])
            await list.RequireInReachAsync(reach, query.ConnectionId, query.OrganizationId, ct);
        return (page.Of(people, shown => PersonView.Of(shown, catalogue), shown => shown.Person.Id), position);
    }

    /// <summary>How many people of a connection the application knows, each status up to <see cref="PersonCounts.MostCounted"/>.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<PersonCounts> CountAsync(Guid connection, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), PersonCounts.Read(connection));
        return await PersonCounts.ReadAsync(rows, ct);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<PersonView> GetAsync(Guid id, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, StoredRules.Read(Guid.Empty), ShownPeople.ById(id));
        var catalogue = (await StoredRules.ReadAsync(rows, ct)).Catalogue;
        await rows.NextResultAsync(ct);
        return PersonView.Of(Only(await ShownPeople.ReadAsync(rows, ct), id), catalogue);
    }

    /// <summary>Merges changes into the person. Those of the application itself are told and need no audit entry.</summary>
    /// <exception cref="ProblemException">404; 400 for values that do not fit; 409 for attributes that are managed.</exception>
    public async Task<PersonView> EditAsync(Guid id, JsonObject body, CancellationToken ct)
    {
        var connection = (await GetAsync(id, ct)).Frame.ConnectionId;
        ProjectionRow row;
        Catalogue catalogue;
        ShownPerson shown;
        await using (
            var rows = await db.ReadAsync(ct, [.. PersonWrites.Begin(connection), StoredRules.Read(connection), ShownPeople.ById(id)])
        )
        {
            row = (await ProjectionRow.ReadAsync(rows, ct))!;
            await rows.NextResultAsync(ct);
            catalogue = (await StoredRules.ReadAsync(rows, ct)).Catalogue;
            await rows.NextResultAsync(ct);
            shown = Only(await ShownPeople.ReadAsync(rows, ct), id);
        }

        var person = shown.Editable(row.Releases);
        var outcome = PersonEdit.Apply(person, body, catalogue, transaction.Now) switch
        {
            EditOutcome.Done(var done) => done,
            EditOutcome.Refused(var managed) => throw Managed(managed),
            EditOutcome.Invalid(var errors) => throw ProblemException.Invalid(errors.Texts(error => error.FullName)),
            var other => throw new InvalidOperationException($"Unhandled {other}."),
        };
        var cause = transaction.Admin.IsApp ? EventCause.App : EventCause.Admin;
        var writes = new PersonWrites(row, catalogue, new(cause, transaction.RequestId), transaction.Now);
        var next = writes.Write(person, outcome, shown.Groups);
        if (cause == EventCause.Admin && outcome is Outcome.Released released)
            Record(row, person, next, released.Event.Changes);
        if (outcome is not Outcome.Unchanged { Row: null })
            transaction.RunLast(writes.Statements());
        return PersonView.Of(shown with { Person = next }, catalogue);
    }

    /// <summary>
    /// What a form may edit in the people of a connection, as a JSON Schema. Right after a disconnect, while the last changes are released,
    /// an edit of what was managed may still be refused.
    /// </summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<JsonObject> SchemaAsync(Guid connectionId, CancellationToken ct)
    {
        var connection = await db.ReadWithDocumentsAsync(connectionId, ct);
        await using var rows = await db.ReadAsync(ct, StoredRules.Read(connectionId));
        var rules = (await StoredRules.ReadAsync(rows, ct)).CompileStored(types.Of(connection.Documents));
        return FormSchema.Of(rules.Catalogue, ShownPerson.IsUnlocked(connection.State) ? [] : rules.Managed);
    }

    void Record(ProjectionRow row, Person before, Person after, IReadOnlyList<string> changes)
    {
        var connectionId = row.Connection.Id;
        transaction.Record(
            AuditAction.UserUpdated,
            nameof(Person),
            after.Id,
            row.Connection.OrganizationId,
            new { connectionId, before.Version },
            new
            {
                connectionId,
                after.Version,
                changes,
            },
            connectionId
        );
    }

    static ShownPerson Only(List<ShownPerson> people, Guid id) =>
        people is [var only] ? only : throw ProblemException.NotFound($"There is no user {id}.");

    static ProblemException Managed(IReadOnlyList<string> names) =>
        ProblemException.Conflict(
            "managed_attribute",
            $"The identity provider manages {string.Join(", ", names)}: change them there, or leave them out.",
            names.ToDictionary(name => name, _ => (string[])["Is managed by the identity provider."])
        );
}
