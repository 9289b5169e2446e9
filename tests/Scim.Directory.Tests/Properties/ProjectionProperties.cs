using System.Text.Json.Nodes;
using FsCheck.NUnit;
using Property = FsCheck.NUnit.PropertyAttribute;

namespace Scim.Directory.Tests;

[Properties(Arbitrary = [typeof(HistoryGenerators)], MaxTest = 300)]
sealed class ProjectionProperties
{
    /// <summary>Groups 1 and 2 are in scope; groups 2 and 3 give roles; the department is required.</summary>
    static readonly Rules Rules = Given.Rules(
        Given.Mapping(new AttributeMapping("department", ["department"], WhenMissing: WhenMissing.Hold)) with
        {
            Uid = ["externalId"],
            UidFormat = UidFormat.Any,
        },
        Given.ScopeOf(1, 2),
        new(RoleMode.All, "viewer", [Given.RoleOf(2, "editor"), Given.RoleOf(3, "admin"), Given.RoleOf(1, "editor")], false)
    );

    /// <summary>Everybody is in scope, other groups give other roles, and fewer attributes are managed.</summary>
    static readonly Rules Former = Given.Rules(
        new(["externalId"], [new("userName", ["userName"]), new("jobTitle", ["department"])]),
        roles: new(RoleMode.Highest, null, [Given.RoleOf(1, "admin")], false)
    );

    [Property]
    public void Projecting_twice_changes_nothing(History history)
    {
        var (received, view) = Play(history, _ => 3);
        var before = view.Outcomes.Count;

        view.MarkDirty(received.Users.Keys);
        view.Project();

        Assert.That(
            view.Outcomes.Skip(before),
            Has.None.InstanceOf<Outcome.Released>().And.None.Matches<Outcome>(outcome => outcome is Outcome.Unchanged { Row: not null })
        );
    }

    [Property]
    public void Any_order_and_any_batches_end_in_the_same_state(History history) =>
        AssertSame(Play(history, _ => 1), Play(history, i => history.Batches[i], order: 1), Play(history, _ => int.MaxValue, order: 2));

    [Property]
    public void New_rules_end_in_the_state_that_they_would_have_made_from_the_beginning(History history)
    {
        var changed = Play(history, i => history.Batches[i], rules: Former);
        changed.View.Rules = Rules;
        changed.View.MarkDirty(changed.Received.Users.Keys);
        changed.View.Project();

        AssertSame(changed, Play(history, i => history.Batches[i]));
    }

    [Property]
    public void Others_are_absent_or_not_active(History history)
    {
        var (received, view) = Play(history, i => history.Batches[i]);

        foreach (var row in view.Rows.Values.Where(row => row.Status is PersonStatus.Active))
            Assert.That(
                row.IsLinked
                    && received.Users[row.ResourceId!.Value] is not null
                    && Rules.InScope(received.Read(row.ResourceId.Value).Groups)
            );
    }

    [Property]
    public void Events_replayed_from_nothing_give_the_rows(History history)
    {
        var (_, view) = Play(history, i => history.Batches[i]);

        Assert.That(view.Mirror.Keys, Is.EquivalentTo(view.Rows.Keys));
        foreach (var (id, told) in view.Mirror)
            Assert.That(Compared(told), Is.EqualTo(Compared(PersonJson.Of(view.Rows[id], Given.Frame()))));
    }

    [Property]
    public void The_counts_of_a_preview_are_the_counts_of_the_events(History history)
    {
        var (_, view) = Play(history, i => history.Batches[i]);
        var released = view.Outcomes.OfType<Outcome.Released>().Where(outcome => !outcome.Linked).ToArray();

        foreach (var (kinds, type) in Types)
            Assert.That(
                view.Outcomes.Count(outcome => kinds.Contains(outcome.Kind)),
                Is.EqualTo(released.Count(outcome => outcome.Event.Type == type))
            );
        Assert.That(
            view.Outcomes.Count(outcome => outcome.Kind is OutcomeKind.Created),
            Is.EqualTo(released.Count(o => o.Event.Type == PersonEvent.Created && o.Next.Status is PersonStatus.Active))
        );
        Assert.That(
            view.Outcomes.Count(outcome => outcome.Kind is OutcomeKind.Linked),
            Is.EqualTo(view.Outcomes.OfType<Outcome.Released>().Count() - released.Length)
        );
    }

    [Property]
    public void Versions_count_the_events_of_a_person(History history)
    {
        var (_, view) = Play(history, i => history.Batches[i]);

        foreach (var events in view.Outcomes.OfType<Outcome.Released>().GroupBy(outcome => outcome.Next.Id))
            Assert.That(
                events.Select(outcome => outcome.Next.Version),
                Is.EqualTo(Enumerable.Range(1, events.Count()).Select(version => (long)version))
            );
    }

    static readonly (OutcomeKind[], string)[] Types =
    [
        ([OutcomeKind.Created, OutcomeKind.CreatedInactive], PersonEvent.Created),
        ([OutcomeKind.Updated], PersonEvent.Updated),
        ([OutcomeKind.Deactivated], PersonEvent.Deactivated),
        ([OutcomeKind.Reactivated], PersonEvent.Reactivated),
        ([OutcomeKind.Deleted], PersonEvent.Deleted),
    ];

    /// <summary>Plays the changes, with a projection after so many of them.</summary>
    static (SmallDirectory Received, AppView View) Play(History history, Func<int, int> batch, int order = 0, Rules? rules = null)
    {
        var received = new SmallDirectory();
        var view = new AppView(received, history.Seed + order) { Rules = rules ?? Rules };
        var left = history.Changes.Length == 0 ? 0 : batch(0);
        for (var i = 0; i < history.Changes.Length; i++)
        {
            view.MarkDirty(received.Apply(history.Changes[i]));
            if (--left > 0)
                continue;
            view.Project();
            left = batch(i);
        }
        view.Project();
        return (received, view);
    }

    /// <summary>Everybody who is in scope and held in none of the worlds is seen alike.</summary>
    static void AssertSame(params (SmallDirectory Received, AppView View)[] worlds)
    {
        foreach (var id in worlds[0].Received.Users.Keys.Where(id => worlds.All(world => IsComparable(id, world))))
            Assert.That(
                worlds.Select(world => State(id, world.View, worlds)).Distinct().Count(),
                Is.EqualTo(1),
                () => State(id, worlds[0].View, worlds)
            );
    }

    /// <summary>True for everybody in scope who is not held.</summary>
    static bool IsComparable(Guid id, (SmallDirectory Received, AppView View) world) =>
        world.Received.Users[id] is not null && Rules.InScope(world.Received.Read(id).Groups) && !world.View.Held.ContainsKey(id);

    /// <summary>
    /// What the app sees, without ids and versions. The manager is told by his resource, and nobody when he is held in some world.
    /// </summary>
    static string State(Guid id, AppView view, (SmallDirectory Received, AppView View)[] worlds)
    {
        var person = view.Rows.Values.Single(row => row.IsOf(id));
        var shown = PersonJson.Of(person, Given.Frame());
        foreach (var name in new[] { "id", "version", "createdAt", "updatedAt" })
            shown.Remove(name);
        shown["managerId"] =
            person.ManagerId is { } manager && view.Rows[manager].ResourceId is { } resource && !IsHeld(resource)
                ? resource.ToString()
                : null;
        return shown.ToJsonString();

        bool IsHeld(Guid resource) => worlds.Any(world => world.View.Held.ContainsKey(resource));
    }

    /// <summary>Roles are compared by key.</summary>
    static string Compared(JsonObject shown)
    {
        foreach (var role in shown["roles"]!.AsArray())
            role!.AsObject().Remove("via");
        return shown.ToJsonString();
    }
}
