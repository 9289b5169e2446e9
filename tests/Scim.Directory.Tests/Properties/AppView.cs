using System.Text.Json.Nodes;

namespace Scim.Directory.Tests;

/// <summary>
/// The released side: a projection in memory, as simple as it can be. It keeps the rows, the people who are held back, and what an app
/// knows that has read every event.
/// </summary>
sealed class AppView(SmallDirectory received, int seed)
{
    readonly HashSet<Guid> _dirty = [];
    int _lastId;

    public required Rules Rules { get; set; }

    public Dictionary<Guid, Person> Rows { get; } = [];

    /// <summary>By the id of the resource.</summary>
    public Dictionary<Guid, IReadOnlyList<Problem>> Held { get; } = [];

    /// <summary>By the id of the person: what the last event said.</summary>
    public Dictionary<Guid, JsonObject> Mirror { get; } = [];

    public List<Outcome> Outcomes { get; } = [];

    public void MarkDirty(IEnumerable<Guid> resources) => _dirty.UnionWith(resources);

    /// <summary>Projects everybody who is dirty, tombstones first, and whoever depends on them, until nobody is.</summary>
    public void Project()
    {
        for (var round = 0; _dirty.Count > 0; round++)
        {
            Assert.That(round, Is.LessThan(100), "The projection does not come to rest.");
            var batch = _dirty.OrderBy(id => received.Users[id] is not null).ThenBy(Shuffled).ToArray();
            _dirty.Clear();
            foreach (var id in batch)
                Project(id);
        }
    }

    void Project(Guid id)
    {
        var user = received.Read(id);
        var previous = Previous(user);
        var mapped = Rules.Read(user).KeepingGoodNames(previous);
        var around = new Surroundings(Given.Id(500_000 + ++_lastId), Manager(mapped.ManagerResourceId)?.Id, TakenBy(mapped), Given.Noon);

        var outcome = Projector.Project(mapped, Rules, previous, around);

        Outcomes.Add(outcome);
        if (outcome is Outcome.Held(var problems))
            Held[id] = problems;
        else
            Held.Remove(id);
        if (outcome is Outcome.Unchanged { Row: { } row })
            Rows[row.Id] = row;
        if (outcome is not Outcome.Released released)
            return;
        if (released.Problems.Any(problem => problem.Holds))
            Held[id] = released.Problems;
        Rows[released.Next.Id] = released.Next;
        Tell(released);
        MarkDependents(released.Next, previous);
    }

    /// <summary>The event reaches the mirror, and what it says of the time before is what the mirror knows.</summary>
    void Tell(Outcome.Released released)
    {
        var shown = PersonJson.Of(released.Next, Given.Frame());
        foreach (var name in released.Event.Changes)
        {
            var before = name.StartsWith("attributes.", StringComparison.Ordinal)
                ? Mirror[released.Next.Id]["attributes"]![name["attributes.".Length..]]
                : Mirror[released.Next.Id][name];
            if (name != "roles")
                Assert.That(JsonNode.DeepEquals(before, released.Event.Previous[name]), name);
        }
        Mirror[released.Next.Id] = shown;
    }

    void MarkDependents(Person next, Person? previous)
    {
        foreach (var report in Rows.Values.Where(row => row.IsLinked && row.ManagerResourceId == next.ResourceId))
            _dirty.Add(report.ResourceId!.Value);
        foreach (var (held, _) in Held)
            if (
                received.Users[held] is not null
                && Rules.Read(received.Read(held)).UidKey is { } key
                && (key == next.UidKey || key == previous?.UidKey)
            )
                _dirty.Add(held);
    }

    Person? Previous(ReceivedUser user)
    {
        var mapped = Rules.Read(user);
        return Rows.Values.FirstOrDefault(row => row.IsOf(user.ResourceId))
            ?? (user.IsDeleted ? null : Rows.Values.FirstOrDefault(row => !row.IsLinked && row.UidKey == mapped.UidKey));
    }

    /// <summary>A manager outside the scope is nobody, whether the app knew him once or not.</summary>
    Person? Manager(Guid? resource) =>
        resource is { } id ? Rows.Values.FirstOrDefault(row => row.IsOf(id) && row.Reason is not StatusReason.OutOfScope) : null;

    Guid? TakenBy(MappedUser user) =>
        Rows
            .Values.FirstOrDefault(row =>
                row.IsLinked && !row.IsOf(user.ResourceId) && row.UidKey == user.UidKey && row.Reason is not StatusReason.OutOfScope
            )
            ?.ResourceId;

    int Shuffled(Guid id) => HashCode.Combine(id, seed) % 97;
}
