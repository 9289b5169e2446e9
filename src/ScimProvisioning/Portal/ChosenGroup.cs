using ScimProvisioning.Directory.Groups;
using ScimProvisioning.Directory.Mappings;

namespace ScimProvisioning.Portal;

/// <summary>A group that was chosen in a form but is not saved yet: the form itself keeps it, as the value of a box.</summary>
/// <param name="Id">The received group; <c>null</c>: the name waits for one.</param>
/// <param name="Members">How many members it has, in words; <c>null</c>: unknown.</param>
public sealed record ChosenGroup(Guid? Id, string? Members, string Name, string? ExternalId = null)
{
    const char Gap = ' ';

    public string Value =>
        string.Join(Gap, new[] { Id?.ToString(), Members, Name, ExternalId }.Select(part => Uri.EscapeDataString(part ?? "")));

    internal static ChosenGroup Of(ScopeGroupResponse group) =>
        new(
            group.Id,
            group.MemberCount?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            group.Name ?? group.ExternalId ?? "",
            group.ExternalId
        );

    internal static ChosenGroup Of(GroupBody group) => new(group.Id, null, group.Name ?? group.ExternalId ?? "", group.ExternalId);

    internal static ChosenGroup Of(ReceivedGroupResponse group) =>
        new(group.Id, group.MemberCount + (group.HasMoreMembers ? "+" : ""), group.Name);

    /// <summary>Reads it from a form; whoever forges it only deceives himself, since a group counts by its id.</summary>
    internal static ChosenGroup? Read(string value)
    {
        var parts = value.Split(Gap).Select(Uri.UnescapeDataString).ToArray();
        return parts is [var id, var members, var name, var external]
            ? new(Guid.TryParse(id, out var known) ? known : null, Text(members), name, Text(external))
            : null;

        static string? Text(string part) => part.Length > 0 ? part : null;
    }

    // With its name, by which it is found again when it was deleted meanwhile and comes back.
    internal GroupBody ToBody() => new(Id, Name == ExternalId ? null : Name, ExternalId);

    /// <summary>Whether both mean the same group.</summary>
    internal bool IsSameAs(ChosenGroup other) =>
        Id is { } id ? id == other.Id : other.Id is null && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);
}
