using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Why;

/// <summary>Answers why somebody is, or is not, there for the application.</summary>
sealed class WhyUseCases(ScimDbContext db, ConnectionTypes types, AdminTransaction transaction)
{
    const int MostCandidates = 10;
    const int MostRequests = 50;
    const int MostChanges = 100;
    const int MostEvents = 3;
    const int MostEndpoints = 20;

    /// <summary>Older requests that were turned away say nothing of somebody who is missed today.</summary>
    static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    /// <exception cref="ProblemException">404.</exception>
    public async Task<WhyResponse> AskAsync(Guid id, WhyQuery query, CancellationToken ct)
    {
        var connection = await db.ReadWithDocumentsAsync(id, ct);
        var name = query.Name;
        var (around, lastContact, meant, named) = await FindAsync(connection, name, ct);
        var traces = await TraceAsync(around, meant, ct);
        var refused = named.FirstOrDefault(WhyFacts.IsWrite) is { } write && WhyFacts.IsUnsuccessful(write) ? write : null;
        var (trace, others) = traces is [var first, .. var rest] ? (first, rest) : (new Trace(null, null, [], refused), []);
        var similar = traces.Count == 0 ? await SimilarAsync(around, name, ct) : [];

        var verdicts = WhyVerdicts.All(trace, around);
        var facts = await FactsAsync(id, trace, named, lastContact, ct);
        if (verdicts[0] is WhyVerdict.NeverReceived)
            facts = facts with { TurnedAway = await TurnedAwayAsync(id, ct) };
        var deliveries = verdicts[0] is WhyVerdict.Released ? await DeliveriesAsync(connection, facts, ct) : [];
        var undelivered = deliveries.Count(delivery => delivery.State is not ("delivered" or "notWanted"));
        return WhyResponse.Of(
            [
                .. verdicts.Select(verdict =>
                    WhyReason.Of(
                        verdict,
                        WhyWords.Of(verdict, trace, around, facts, similar.Count > 0),
                        WhyAdvice.Of(verdict, trace, around, facts, similar.Count > 0, undelivered)
                    )
                ),
            ],
            WhyPerson.Of(trace),
            facts.Evidence(verdicts, trace),
            deliveries,
            [
                .. others.Select(other => WhyCandidate.Of(other, around, isSimilar: false)),
                .. similar.Select(other => WhyCandidate.Of(other, around, isSimilar: true)),
            ]
        );
    }

    async Task<(Surrounding, DateTimeOffset? LastContact, HashSet<Bearer> Meant, List<LoggedRequest> Named)> FindAsync(
        Connection connection,
        string name,
        CancellationToken ct
    )
    {
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection.Id),
            StoredRules.Read(connection.Id),
            ProjectionRow.Read(connection.Id),
            CredentialsInUse.Of(connection.Id),
            Bearers.Exactly(connection.Id, name),
            LoggedRequest.Page(connection.Id, Requests() with { Subject = name, OnlyLoggedIn = true }, null, MostRequests)
        );
        var stored = await StoredRules.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var projection = await ProjectionRow.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var credentials = (await CredentialsInUse.ReadAsync(rows, ct)).Single();
        await rows.NextResultAsync(ct);
        var meant = await Bearers.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var named = await LoggedRequest.ReadAsync(rows, ct);
        var around = new Surrounding(
            connection,
            stored.CompileStored(types.Of(connection.Documents)),
            stored,
            projection?.Releases is true
        );
        return (around, credentials.LastContactAt, meant, named);
    }

    /// <summary>Those who are there for the identity provider come first, then those whom the application has.</summary>
    async Task<List<Trace>> TraceAsync(Surrounding around, HashSet<Bearer> meant, CancellationToken ct)
    {
        if (meant.Count == 0)
            return [];
        var id = around.Connection.Id;
        Guid[] resources = [.. meant.Select(bearer => bearer.Resource).OfType<Guid>().Distinct()];
        Guid[] people = [.. meant.Select(bearer => bearer.Person).OfType<Guid>().Distinct()];
        await using var rows = await db.ReadAsync(
            ct,
            ReceivedUsers.Named(id, resources),
            ShownPeople.OfResources(id, resources),
            ShownPeople.Named(id, people),
            ReceivedPeople.Problems(id, resources)
        );
        var received = await ReceivedUsers.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var shown = await ShownPeople.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        shown.AddRange(await ShownPeople.ReadAsync(rows, ct));
        shown = [.. shown.DistinctBy(person => person.Person.Id)];
        await rows.NextResultAsync(ct);
        var problems = await ReceivedPeople.ReadProblemsAsync(rows, ct);

        var traces = received.ConvertAll(user => new Trace(
            user,
            shown.Find(person => person.Person.ResourceId == user.ResourceId),
            ProblemsOf(user, shown.Exists(person => person.Person.ResourceId == user.ResourceId), around, problems)
        ));
        traces.AddRange(
            shown
                .Where(person => !received.Exists(user => user.ResourceId == person.Person.ResourceId))
                .Select(person => new Trace(null, person, []))
        );
        // Who came again has left a deleted user behind.
        if (traces.Exists(trace => trace.IsLive))
            traces.RemoveAll(trace => trace is { Received.IsDeleted: true, Person: null });
        return
        [
            .. traces
                .OrderByDescending(trace => trace.IsLive)
                .ThenByDescending(trace => trace.Person is not null)
                .ThenBy(trace => trace.Person?.Person.Status)
                .ThenByDescending(trace => trace.ResourceId)
                .Take(MostCandidates + 1),
        ];
    }

    static List<KnownProblem> ProblemsOf(ReceivedUser user, bool isKnown, Surrounding around, ILookup<Guid, KnownProblem> problems) =>
        // While nothing is released, nobody has looked for them yet.
        !user.IsDeleted && !isKnown && !around.Releases
            ? KnownProblem.NotYetStored(around.Rules.Read(user))
            // Of a deleted user only the guard can hold anything back.
            : [.. problems[user.ResourceId].Where(problem => !user.IsDeleted || problem.Kind is ProblemKind.HeldByGuard)];

    /// <summary>Those with a similar name; also some who were refused.</summary>
    async Task<List<Trace>> SimilarAsync(Surrounding around, string name, CancellationToken ct)
    {
        var id = around.Connection.Id;
        HashSet<Bearer> found;
        List<LoggedRequest> refused;
        await using (var rows = await db.ReadAsync(ct, Bearers.Nearly(id, name), Bearers.NearlyRefused(id, name)))
        {
            found = await Bearers.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            refused = await LoggedRequest.ReadAsync(rows, ct);
        }
        var traces = await TraceAsync(around, found, ct);
        traces.AddRange(
            refused
                .DistinctBy(request => Scim.CaseFolding.Fold(request.Subject!))
                .Where(request => !traces.Exists(trace => Same(trace.UserName, request.Subject) || Same(trace.UserName, name)))
                .Where(request => !Same(request.Subject, name))
                .Select(request => new Trace(null, null, [], request))
        );
        return [.. traces.Take(MostCandidates)];
    }

    static bool Same(string? one, string? other) =>
        one is not null && other is not null && Scim.CaseFolding.Fold(one) == Scim.CaseFolding.Fold(other);

    async Task<WhyFacts> FactsAsync(Guid id, Trace trace, List<LoggedRequest> named, DateTimeOffset? lastContact, CancellationToken ct)
    {
        if (trace.ResourceId is null && trace.Person is null)
            return new([], named, [], lastContact, []);
        await using var rows = await db.ReadAsync(
            ct,
            ResourceChanges.Newest(id, [trace.ResourceId ?? Guid.Empty], null, MostChanges),
            ObjectEvents.Newest(id, trace.Person?.Person.Id ?? Guid.Empty, null, MostEvents),
            LoggedRequest.Page(id, Requests() with { ResourceId = trace.ResourceId ?? Guid.Empty }, null, MostRequests)
        );
        var changes = await ResourceChanges.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var events = await ObjectEvents.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var requests = await LoggedRequest.ReadAsync(rows, ct);
        // Of somebody who is there, it does not count that he was looked for before.
        var about = named.Where(request => WhyFacts.IsWrite(request)).Concat(requests.Where(WhyFacts.IsWrite));
        return new(changes, [.. about.DistinctBy(r => r.Id).OrderByDescending(r => r.OccurredAt)], events, lastContact, []);
    }

    async Task<List<LoggedRequest>> TurnedAwayAsync(Guid id, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, LoggedRequest.TurnedAway(id, transaction.Now - Lately));
        return await LoggedRequest.ReadAsync(rows, ct);
    }

    async Task<IReadOnlyList<WhyDelivery>> DeliveriesAsync(Connection connection, WhyFacts facts, CancellationToken ct)
    {
        if (facts.Events is not [var last, ..])
            return [];
        await using var rows = await db.ReadAsync(ct, EndpointDeliveries.Of(connection.Id, connection.OrganizationId, last, MostEndpoints));
        return [.. (await EndpointDeliveries.ReadAsync(rows, ct)).Select(WhyDelivery.Of)];
    }

    RequestFilter Requests() => new(DateTimeOffset.UnixEpoch, transaction.Now.AddDays(1), []);
}
