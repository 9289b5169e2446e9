using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>
/// Merges a person into another one who is the same: what the other one lacks of the app's id and data comes over, and the merged person is
/// deleted, without a reason. He keeps his uid, so that another import of it finds him and makes nobody new.
/// </summary>
public static class PersonMerge
{
    /// <summary>Why the two cannot be merged; <c>null</c>: they can.</summary>
    public static string? Refusal(Person gone, Person into) =>
        gone.IsLinked
            ? into.IsLinked
                ? "Both have a live SCIM resource: let the identity provider remove one of them first."
                : "The person who is merged has a live SCIM resource: merge the other one into this one."
            : IsMerged(gone) || IsMerged(into)
                ? "One of them was merged into another person before."
                : ScimJson.Utf8(Local(gone, into)).Length > LocalAttributes.Most
                    ? "Their localAttributes together have more than 64 KB: clear some first."
                    : null;

    /// <summary>True for a person who was merged into another one.</summary>
    public static bool IsMerged(Person person) => person is { Status: PersonStatus.Deleted, Reason: null };

    /// <summary>What becomes of both, when nothing stands against it.</summary>
    public static (Outcome From, Outcome Into) Apply(Person gone, Person into, Catalogue catalogue, DateTimeOffset now)
    {
        var own = (JsonObject)into.Own.DeepClone();
        foreach (var attribute in catalogue.Attributes)
            if (
                gone.Value(attribute.Name) is { } value
                && into.Value(attribute.Name) is null
                && !into.Managed.Contains(attribute.Name)
                && !into.Own.ContainsKey(attribute.Name)
            )
                own[attribute.Name] = value.DeepClone();
        var next = into with { AppUserId = into.AppUserId ?? gone.AppUserId, Own = own, Local = Local(gone, into) };
        var deleted = gone with
        {
            Status = PersonStatus.Deleted,
            Reason = null,
            AppUserId = next.AppUserId == gone.AppUserId ? null : gone.AppUserId,
        };
        return (PersonChange.Between(gone, deleted, catalogue, now), PersonChange.Between(into, next, catalogue, now));
    }

    static JsonObject Local(Person gone, Person into)
    {
        var local = (JsonObject)into.Local.DeepClone();
        foreach (var (name, value) in gone.Local)
            if (!local.ContainsKey(name))
                local[name] = value?.DeepClone();
        return local;
    }
}
