using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Which members a request names by their ids.</summary>
public static class MemberIds
{
    /// <summary>The ids in the values of an add, a replace, a POST or a PUT.</summary>
    /// <param name="members">An array of members as the parsers return it, or <c>null</c> for none.</param>
    /// <exception cref="ScimException">
    /// 400 <c>invalidValue</c> for a member without <c>value</c>, or with one that cannot be an id.
    /// </exception>
    public static IReadOnlyCollection<Guid> Read(JsonNode? members)
    {
        var ids = new HashSet<Guid>();
        foreach (var member in members as JsonArray ?? [])
        {
            var text = ValueOf(member) ?? throw ScimException.InvalidValue("A member has no 'value': give the id of a user or group.");
            ids.Add(ResourceId.TryParse(text, out var id) ? id : throw Unknown(text));
        }
        return ids;
    }

    /// <summary>The error for a member that does not exist: 400 <c>invalidValue</c>.</summary>
    public static ScimException Unknown(string id) =>
        ScimException.InvalidValue($"'{id}' is no user or group of this connection, so it cannot be a member. Provision it first.");

    /// <summary>The ids in the values of a remove. Values that cannot be an id are skipped: they are not among the members.</summary>
    internal static IReadOnlyCollection<Guid> ReadForRemoval(JsonNode? members) =>
        [
            .. (members as JsonArray ?? [])
                .Select(member => ResourceId.TryParse(ValueOf(member) ?? "", out var id) ? id : (Guid?)null)
                .OfType<Guid>(),
        ];

    /// <summary>The ids of <c>value eq "…" or value eq "…"</c>; <c>null</c> for a filter that says anything else.</summary>
    internal static IReadOnlyCollection<Guid>? NamedBy(FilterExpression filter) =>
        filter switch
        {
            FilterExpression.Or(var left, var right) => NamedBy(left) is { } some && NamedBy(right) is { } more ? [.. some, .. more] : null,
            FilterExpression.Compare({ Attribute.Name: "value" }, CompareOperator.Eq, string text) => ResourceId.TryParse(text, out var id)
                ? [id]
                : [],
            _ => null,
        };

    static string? ValueOf(JsonNode? member) => (member as JsonObject)?["value"]?.GetValue<string>();
}
