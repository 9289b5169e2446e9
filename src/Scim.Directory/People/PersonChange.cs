using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>The difference between two states of one person, as the app sees it.</summary>
static class PersonChange
{
    /// <summary>
    /// What follows from the new state: a release with its event; or, when the app would see no difference, nothing, or a row to write
    /// without an event.
    /// </summary>
    public static Outcome Between(
        Person before,
        Person after,
        Catalogue catalogue,
        DateTimeOffset now,
        IReadOnlyList<Problem>? problems = null,
        bool linked = false
    )
    {
        var (changes, previous) = (new List<string>(), new JsonObject());
        Compare("resourceId", before.ResourceId, after.ResourceId, id => id?.ToString());
        Compare("externalId", before.ExternalId, after.ExternalId, text => text);
        Compare("uid", before.Uid, after.Uid, text => text);
        Compare("appUserId", before.AppUserId, after.AppUserId, text => text);
        Compare("status", before.Status, after.Status, status => WireName.Of(status));
        Compare("statusReason", before.Reason, after.Reason, reason => reason is { } known ? WireName.Of(known) : null);
        foreach (var name in Names(before, after, catalogue))
            CompareJson(Catalogue.ShownName(name), before.Value(name), after.Value(name));
        CompareJson("localAttributes", before.Local, after.Local);
        if (!before.Managed.SequenceEqual(after.Managed))
            Add("managedAttributes", new JsonArray([.. before.Managed.Select(name => (JsonNode?)name)]));
        if (!before.Roles.Select(role => role.Key).SequenceEqual(after.Roles.Select(role => role.Key)))
            Add("roles", new JsonArray([.. before.Roles.Select(PersonJson.Role)]));

        if (changes.Count == 0)
            return new Outcome.Unchanged(problems ?? [], DiffersUnseen(before, after) ? after : null);
        var next = after with { Version = before.Version + 1, UpdatedAt = now };
        return new Outcome.Released(next, new(PersonEvent.TypeOf(before.Status, after.Status), changes, previous), problems ?? [], linked);

        void Compare<T>(string name, T old, T now, Func<T, string?> shown)
        {
            if (!EqualityComparer<T>.Default.Equals(old, now))
                Add(name, shown(old));
        }

        void CompareJson(string name, JsonNode? old, JsonNode? now)
        {
            if (!Same(old, now))
                Add(name, old?.DeepClone());
        }

        void Add(string name, JsonNode? old)
        {
            changes.Add(name);
            previous[name] = old;
        }
    }

    /// <summary>The catalogue's attributes, and those that have values from a time when the catalogue had them.</summary>
    static IEnumerable<string> Names(Person before, Person after, Catalogue catalogue)
    {
        foreach (var attribute in catalogue.Attributes)
            yield return attribute.Name;
        var former = before.Values.Concat(before.Own).Concat(after.Values).Concat(after.Own).Select(p => p.Key);
        foreach (var name in former.Where(name => catalogue.Find(name)?.Name != name).Distinct())
            yield return name;
    }

    /// <summary>True when the rows differ in what the app does not see, or what is not compared: where a role is from.</summary>
    static bool DiffersUnseen(Person before, Person after) =>
        before.UidKey != after.UidKey
        || before.ManagerResourceId != after.ManagerResourceId
        || before.IsLinked != after.IsLinked
        || !before.Roles.Zip(after.Roles).All(pair => pair.First.Via.SequenceEqual(pair.Second.Via))
        || !Same(before.Values, after.Values)
        || !Same(before.Own, after.Own);

    /// <summary>Texts are compared as texts: <see cref="JsonNode.DeepEquals"/> would write each of them as JSON first.</summary>
    static bool Same(JsonNode? before, JsonNode? after) =>
        ReferenceEquals(before, after)
        || (before, after) switch
        {
            (JsonObject old, JsonObject now) => old.Count == now.Count
                && old.All(member => now.TryGetPropertyValue(member.Key, out var value) && Same(member.Value, value)),
            (JsonValue old, JsonValue now) when TypedValue.Text(old, fromText: false) is { } text => text
                == TypedValue.Text(now, fromText: false),
            _ => JsonNode.DeepEquals(before, after),
        };
}
