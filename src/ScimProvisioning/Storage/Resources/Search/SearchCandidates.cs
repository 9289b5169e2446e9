using Scim;
using ScimProvisioning.Storage.Database;
using static Scim.FilterExpression;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>What an index can say about a filter before anybody reads a document.</summary>
static class SearchCandidates
{
    /// <summary>More of them are no help: what so many have is soon found in the order of the list.</summary>
    public const int Most = 1_000;

    /// <summary>True when columns with an index narrow it down.</summary>
    public static bool IsByColumn(FilterExpression filter) =>
        filter switch
        {
            And(var left, var right) => IsByColumn(left) || IsByColumn(right),
            Or(var left, var right) => IsByColumn(left) && IsByColumn(right),
            Compare({ Attribute: var attribute }, CompareOperator.Eq, false) when attribute == UserSchema.Active => true,
            Compare(var path, CompareOperator.Eq, _) => path.Attribute == CommonAttributes.Id || Column(path.Attribute) is not null,
            Never => true,
            Compare(var path, CompareOperator.Sw, _) => Column(path.Attribute) is not null,
            _ => false,
        };

    /// <summary>Condition on <c>searchable s</c> that every resource fulfils which fits the filter; <c>null</c> when no index knows.</summary>
    public static string? Condition(Sql sql, Guid connection, FilterExpression filter) =>
        Condition(sql, connection, filter, container: null);

    static string? Condition(Sql sql, Guid connection, FilterExpression filter, AttributePath? container)
    {
        switch (filter)
        {
            case And(var left, var right):
                var both = (string?[])[Condition(sql, connection, left, container), Condition(sql, connection, right, container)];
                return both.All(c => c is null) ? null : string.Join(" AND ", both.OfType<string>());
            case Or(var left, var right):
                return Condition(sql, connection, left, container) is { } one && Condition(sql, connection, right, container) is { } other
                    ? $"(({one}) OR ({other}))"
                    : null;
            case ValuePath(var path, var inner):
                return Condition(sql, connection, inner, path);
            case Compare(var path, CompareOperator.Eq, var value):
                var whole = container is null ? path : container with { Sub = path.Attribute };
                if (IsKept(whole.Attribute))
                    return null;
                return Column(whole.Attribute) is { } column
                    ? $"s.{column} = {sql.Add(whole.Attribute.CaseExact ? (string)value : CaseFolding.Fold((string)value))}"
                    : $"s.terms @> {sql.Add([SearchTerms.Of(connection, whole, value)])}";
            case Never:
                return "FALSE";
            default:
                return null;
        }
    }

    /// <summary>What is no part of the document.</summary>
    static bool IsKept(AttributeDefinition attribute) =>
        attribute == CommonAttributes.Id
        || attribute == CommonAttributes.Meta
        || attribute == UserSchema.Active
        || attribute == UserSchema.Groups
        || attribute == GroupSchema.Members;

    static string? Column(AttributeDefinition attribute) =>
        attribute == UserSchema.UserName ? "user_name"
        : attribute == UserSchema.DisplayName || attribute == GroupSchema.DisplayName ? "display_name"
        : attribute == CommonAttributes.ExternalId ? "external_id"
        : null;
}
