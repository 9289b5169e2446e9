using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// What one request does to the members of a group, folded into one step: operations on <c>members</c> are split off before the patcher sees
/// the rest, so that no request reads or writes members that it does not name.
/// </summary>
sealed class MembershipChange
{
    readonly HashSet<Guid> _add = [];
    readonly HashSet<Guid> _remove = [];

    /// <summary>All other members go.</summary>
    public bool Clear { get; private set; }

    public Guid[] Add => [.. _add];

    public Guid[] Remove => [.. _remove];

    public bool IsEmpty => !Clear && _add.Count == 0 && _remove.Count == 0;

    /// <summary>The members of a POST or PUT: exactly these.</summary>
    public static MembershipChange Exactly(IEnumerable<Guid> members)
    {
        var change = new MembershipChange { Clear = true };
        change._add.UnionWith(members);
        return change;
    }

    /// <summary>Takes one operation into account (RFC 7644 §3.5.2.1 to §3.5.2.3). A remove by a filter other than <c>value eq</c> needs its matches resolved first.</summary>
    /// <param name="matches">For a filter: the ids it selects among the members.</param>
    public void Apply(PatchOperation operation, IReadOnlyCollection<Guid> matches)
    {
        if (operation.Op is PatchOp.Remove && (operation.Path.Filter ?? (object?)operation.Value) is not null)
        {
            _add.ExceptWith(matches);
            _remove.UnionWith(matches);
            return;
        }
        if (operation.Op is not PatchOp.Add)
        {
            Clear = true;
            _add.Clear();
            _remove.Clear();
        }
        if (operation.Op is PatchOp.Remove)
            return;
        _add.UnionWith(matches);
        _remove.ExceptWith(matches);
    }

    /// <summary>Ids named by the values of an add, a replace, a POST or a PUT.</summary>
    /// <exception cref="ScimException">400 <c>invalidValue</c> for a value that cannot be an id here.</exception>
    public static IReadOnlyCollection<Guid> Named(JsonNode? values)
    {
        var ids = new HashSet<Guid>();
        foreach (var member in values as JsonArray ?? [])
        {
            var text = ValueOf(member) ?? throw ScimException.InvalidValue("A member has no 'value': give the id of a user or group.");
            ids.Add(ResourceId.TryParse(text, out var id) ? id : throw Unknown(text));
        }
        return ids;
    }

    /// <summary>Ids to remove; what cannot be an id is no member, so that its removal is done.</summary>
    public static IReadOnlyCollection<Guid> NamedIfAny(JsonNode? values) =>
        [
            .. (values as JsonArray ?? [])
                .Select(value => ResourceId.TryParse(ValueOf(value) ?? "", out var id) ? id : (Guid?)null)
                .OfType<Guid>(),
        ];

    /// <summary>The ids of <c>value eq "…" or value eq "…"</c>, or <c>null</c> for any other filter.</summary>
    public static IReadOnlyCollection<Guid>? Named(FilterExpression filter) =>
        filter switch
        {
            FilterExpression.Or(var left, var right) => Named(left) is { } some && Named(right) is { } more ? [.. some, .. more] : null,
            FilterExpression.Compare({ Attribute.Name: "value" }, CompareOperator.Eq, string text) => ResourceId.TryParse(text, out var id)
                ? [id]
                : [],
            _ => null,
        };

    public static ScimException Unknown(string id) =>
        ScimException.InvalidValue($"'{id}' is no user or group of this connection, so it cannot be a member. Provision it first.");

    static string? ValueOf(JsonNode? member) => (member as JsonObject)?["value"]?.GetValue<string>();
}
