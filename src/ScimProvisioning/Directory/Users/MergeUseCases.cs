using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>Finds people who are there twice, mostly because their uid was another one before, and merges them.</summary>
sealed class MergeUseCases(ScimDbContext db, AdminTransaction transaction)
{
    const int MostShown = 100;

    /// <exception cref="ProblemException">404.</exception>
    public async Task<DuplicatesResponse> ListAsync(Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(id, ct);
        List<SharedValue> shared;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(id), Duplicates.Find(id, MostShown + 1)))
            shared = await Duplicates.ReadAsync(rows, ct);
        var ids = shared.SelectMany(value => value.People).Distinct().ToArray();
        await using var found = await db.ReadAsync(ct, StoredRules.Read(id), ShownPeople.Named(id, ids));
        var catalogue = (await StoredRules.ReadAsync(found, ct)).Catalogue;
        await found.NextResultAsync(ct);
        var people = (await ShownPeople.ReadAsync(found, ct)).ToDictionary(shown => shown.Person.Id);
        return new(
            [
                .. shared
                    .Take(MostShown)
                    .Select(value =>
                    {
                        List<ShownPerson> same = [.. value.People.Select(person => people[person])];
                        return new DuplicateResponse(
                            value.Attribute,
                            value.Value,
                            [.. same.Select(shown => PersonView.Of(shown, catalogue))],
                            Proposal(same.ConvertAll(shown => shown.Person))
                        );
                    }),
            ],
            shared.Count > MostShown
        );
    }

    /// <summary>Merges the person into the other one, and shows that one.</summary>
    /// <exception cref="ProblemException">404; 409 when they cannot be merged.</exception>
    public async Task<PersonView> MergeAsync(Guid id, MergeRequest request, CancellationToken ct)
    {
        var into = request.Into!.Value;
        var (first, second) = (await FindAsync(id, ct), await FindAsync(into, ct));
        if (first.ConnectionId != second.ConnectionId || id == into)
            throw ProblemException.Conflict("cannot_merge", "Both must be people of one connection, and not the same one.");
        var connection = first.ConnectionId;
        ProjectionRow row;
        Catalogue catalogue;
        List<ShownPerson> both;
        await using (
            var rows = await db.ReadAsync(
                ct,
                [.. PersonWrites.Begin(connection), StoredRules.Read(connection), ShownPeople.Named(connection, [id, into])]
            )
        )
        {
            row = (await ProjectionRow.ReadAsync(rows, ct))!;
            await rows.NextResultAsync(ct);
            catalogue = (await StoredRules.ReadAsync(rows, ct)).Catalogue;
            await rows.NextResultAsync(ct);
            both = await ShownPeople.ReadAsync(rows, ct);
        }
        var (from, stays) = (both.Single(shown => shown.Person.Id == id), both.Single(shown => shown.Person.Id == into));
        if (PersonMerge.Refusal(from.Person, stays.Person) is { } refusal)
            throw ProblemException.Conflict("cannot_merge", refusal);

        var merged = PersonMerge.Apply(from.Person, stays.Editable(row.Releases), catalogue, transaction.Now);
        var writes = new PersonWrites(row, catalogue, new(EventCause.Admin, transaction.RequestId), transaction.Now);
        var next = writes.Write(stays.Person, merged.Into, stays.Groups);
        var gone = writes.Write(from.Person, merged.From, from.Groups);
        transaction.RunLast(writes.Statements());
        transaction.Record(
            AuditAction.UserMerged,
            nameof(Person),
            id,
            row.Connection.OrganizationId,
            new { connectionId = connection, status = WireName.Of(from.Person.Status) },
            new
            {
                connectionId = connection,
                status = WireName.Of(gone.Status),
                into,
            },
            connection
        );
        return PersonView.Of(stays with { Person = next }, catalogue);
    }

    async Task<ShownPerson> FindAsync(Guid id, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, ShownPeople.ById(id));
        return await ShownPeople.ReadAsync(rows, ct) is [var only] ? only : throw ProblemException.NotFound($"There is no user {id}.");
    }

    /// <summary>Who has no live user goes into one who has; else the younger into the older.</summary>
    static MergeProposalResponse? Proposal(List<Person> people)
    {
        var from = people.FindLast(person => !person.IsLinked);
        var into = people.Find(person => person.IsLinked && person != from) ?? people.Find(person => person != from);
        return from is null || into is null || PersonMerge.Refusal(from, into) is not null ? null : new(from.Id, into.Id);
    }
}
