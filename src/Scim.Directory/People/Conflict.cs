using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>A value that the app set and the identity provider will overwrite when it manages the attribute again.</summary>
/// <param name="Attribute">As in <c>changes</c>: <c>department</c>, <c>attributes.costCenter</c>.</param>
public sealed record Conflict(string Attribute, JsonNode? App, JsonNode? IdentityProvider)
{
    /// <summary>What a projection of this user with these rules would overwrite.</summary>
    /// <param name="managerId">The person who would be the manager.</param>
    public static IReadOnlyList<Conflict> Between(Person person, MappedUser user, Rules rules, Guid? managerId)
    {
        var conflicts = new List<Conflict>();
        foreach (var name in rules.Managed)
        {
            if (!person.Own.TryGetPropertyValue(name, out var own) || person.Managed.Contains(name))
                continue;
            var received = name == Catalogue.ManagerId ? managerId?.ToString() : user.Values[name];
            if (!JsonNode.DeepEquals(own, received))
                conflicts.Add(new(Catalogue.ShownName(name), own, received));
        }
        return conflicts;
    }
}
