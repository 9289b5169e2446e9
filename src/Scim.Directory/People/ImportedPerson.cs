using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>
/// A row of an import: <c>{uid, appUserId?, status?, userName?, email?, …, attributes?, localAttributes?}</c>. What is empty says nothing.
/// </summary>
/// <param name="Status">Active or inactive; <c>null</c> when the row does not say it.</param>
/// <param name="Values">By catalogue name, typed.</param>
public sealed record ImportedPerson(string Uid, string? AppUserId, PersonStatus? Status, JsonObject Values, JsonObject Local)
{
    /// <summary>Reads a row. Values may be text, whatever their type, as in a CSV file.</summary>
    /// <returns><c>null</c> when there are errors.</returns>
    public static ImportedPerson? Read(JsonObject row, Catalogue catalogue, out IReadOnlyList<FieldError> errors) =>
        ListedPerson.Read(row, catalogue, mayLackUid: false, out errors) is { } listed
            ? new(listed.Uid!, listed.AppUserId, listed.Status, listed.Values, listed.Local)
            : null;

    /// <summary>
    /// The person that the row makes or changes. Of one with a live SCIM resource it changes what the app may edit: status and managed
    /// attributes stay those of the identity provider.
    /// </summary>
    /// <param name="previous">The person with the same uid, or <c>null</c>.</param>
    public Outcome ApplyTo(Person? previous, Rules rules, Guid newId, DateTimeOffset now)
    {
        if (previous is null)
            return new Outcome.Released(
                new()
                {
                    Id = newId,
                    Uid = Uid,
                    UidKey = rules.KeyOf(Uid),
                    AppUserId = AppUserId,
                    Status = Status ?? PersonStatus.Active,
                    Own = Values,
                    Local = Local,
                    Version = 1,
                    CreatedAt = now,
                    UpdatedAt = now,
                },
                PersonEvent.OfNew,
                []
            );
        var own = (JsonObject)previous.Own.DeepClone();
        foreach (var (name, value) in Values)
            if (!previous.IsLinked || !previous.Managed.Contains(name))
                own[name] = value?.DeepClone();
        var next = previous with
        {
            AppUserId = AppUserId ?? previous.AppUserId,
            Own = own,
            Local = LocalAttributes.Merge(previous.Local, Local, []),
        };
        if (!previous.IsLinked)
            next = next with { Managed = [] };
        if (!previous.IsLinked && Status is { } status && status != previous.Status)
            next = next with { Status = status, Reason = null };
        return PersonChange.Between(previous, next, rules.Catalogue, now);
    }
}
