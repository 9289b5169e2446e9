using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>What a projection has to know of others, and what it must not make up itself.</summary>
/// <param name="NewId">The id of the person if he is new.</param>
/// <param name="ManagerId">The person whom the app knows by <see cref="MappedUser.ManagerResourceId"/>.</param>
/// <param name="UidTakenBy">Another live resource with the same uid that comes before this one.</param>
public sealed record Surroundings(Guid NewId, Guid? ManagerId, Guid? UidTakenBy, DateTimeOffset Now);

/// <summary>From received to released: what the app should see of a person now, compared with what it was told.</summary>
public static class Projector
{
    /// <param name="previous">
    /// The person of this SCIM resource; else one with the same uid that has no live resource; else <c>null</c>.
    /// </param>
    public static Outcome Project(MappedUser user, Rules rules, Person? previous, Surroundings around)
    {
        if (user.IsDeleted)
            return Deleted(user, rules, previous, around.Now);
        if (!rules.InScope(user.Groups))
            return OutOfScope(user, rules, previous, around.Now);
        user = user.KeepingGoodNames(previous);
        var problems = Problems(user, previous, around);
        if (problems.Any(problem => problem.Holds))
            return Held(user, rules, previous, around.Now, problems);

        var next = (previous ?? new Person { Id = around.NewId, CreatedAt = around.Now }) with
        {
            ResourceId = user.ResourceId,
            IsLinked = true,
            ExternalId = user.ExternalId,
            Uid = user.Uid,
            UidKey = user.UidKey,
            Status = user.IsActive ? PersonStatus.Active : PersonStatus.Inactive,
            Reason = user.IsActive ? null : StatusReason.IdentityProvider,
            Values = user.Values,
            Own = Editable(previous, rules),
            Managed = rules.Managed,
            ManagerResourceId = user.ManagerResourceId,
            ManagerId = around.ManagerId,
            Roles = rules.RolesOf(user, user.Groups),
        };
        return previous is null
            ? new Outcome.Released(next with { Version = 1, UpdatedAt = around.Now }, PersonEvent.OfNew, problems)
            : PersonChange.Between(previous, next, rules.Catalogue, around.Now, problems, linked: !previous.IsOf(user.ResourceId));
    }

    /// <summary>
    /// The same for a person without a live SCIM resource, after the rules have changed: he keeps his uid and values. Names that the
    /// catalogue does not have any more go.
    /// </summary>
    public static Outcome ProjectUnlinked(Person person, Rules rules, DateTimeOffset now) =>
        PersonChange.Between(
            person,
            person with
            {
                UidKey = person.Uid is null ? null : rules.KeyOf(person.Uid),
                Own = Only(person.Own, name => rules.Catalogue.Find(name) is not null),
                Values = Only(person.Values, name => rules.Catalogue.Find(name) is not null),
            },
            rules.Catalogue,
            now
        );

    /// <summary>The connection is deleted: the person is deactivated or deleted. Who is not active already stays as he is.</summary>
    /// <param name="remove">Delete; else deactivate.</param>
    public static Outcome ConnectionDeleted(Person person, bool remove, Catalogue catalogue, DateTimeOffset now)
    {
        var leaves = remove ? person.Status is not PersonStatus.Deleted : person.Status is PersonStatus.Active;
        var next = person with { IsLinked = false };
        if (leaves)
            next = next with { Status = remove ? PersonStatus.Deleted : PersonStatus.Inactive, Reason = StatusReason.ConnectionDeleted };
        return PersonChange.Between(person, next, catalogue, now);
    }

    static Outcome Deleted(MappedUser user, Rules rules, Person? previous, DateTimeOffset now)
    {
        if (previous is null)
            return new Outcome.Nothing();
        // The person may have another live resource, or be deleted already.
        if (!previous.IsOf(user.ResourceId))
            return new Outcome.Unchanged([]);
        var next = previous with { IsLinked = false, Status = PersonStatus.Deleted, Reason = StatusReason.DeletedByIdentityProvider };
        return PersonChange.Between(previous, next, rules.Catalogue, now);
    }

    static Outcome OutOfScope(MappedUser user, Rules rules, Person? previous, DateTimeOffset now)
    {
        if (previous is null)
            return new Outcome.Nothing();
        return previous.IsOf(user.ResourceId)
            ? PersonChange.Between(
                previous,
                previous with
                {
                    Status = PersonStatus.Inactive,
                    Reason = StatusReason.OutOfScope,
                },
                rules.Catalogue,
                now
            )
            : new Outcome.Unchanged([]);
    }

    /// <summary>A problem holds back everything but a deactivation.</summary>
    static Outcome Held(MappedUser user, Rules rules, Person? previous, DateTimeOffset now, IReadOnlyList<Problem> problems) =>
        !user.IsActive && previous is { Status: PersonStatus.Active } && previous.IsOf(user.ResourceId)
            ? PersonChange.Between(
                previous,
                previous with
                {
                    Status = PersonStatus.Inactive,
                    Reason = StatusReason.IdentityProvider,
                },
                rules.Catalogue,
                now,
                problems
            )
            : new Outcome.Held(problems);

    static IReadOnlyList<Problem> Problems(MappedUser user, Person? previous, Surroundings around)
    {
        var duplicate = around.UidTakenBy is { } other
            ? new Problem(ProblemKind.DuplicateUid, null, $"Another user has the uid '{user.Uid}' already.", other)
            : null;
        var changed =
            previous?.IsOf(user.ResourceId) is true
            && user.UidKey is not null
            && previous.UidKey is not null
            && previous.UidKey != user.UidKey
                ? new Problem(ProblemKind.UidChanged, null, $"The uid of this user was '{previous.Uid}' and is '{user.Uid}' now.")
                : null;
        return duplicate is null && changed is null ? user.Problems : [.. user.Problems, .. new[] { duplicate, changed }.OfType<Problem>()];
    }

    static JsonObject Editable(Person? previous, Rules rules) =>
        previous is null ? [] : Only(previous.Own, name => rules.Catalogue.Find(name) is not null && !rules.Managed.Contains(name));

    /// <summary>The members of these names; the same object when all of them stay.</summary>
    static JsonObject Only(JsonObject values, Func<string, bool> stays) =>
        values.All(p => stays(p.Key))
            ? values
            : new(values.Where(p => stays(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
}
