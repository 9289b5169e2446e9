using Scim;
using ScimProvisioning.Storage.Database;
using static Scim.FilterExpression;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>What indexes can tell about a filter before any document is read: which few resources, the candidates, may fit it.</summary>
static class SearchCandidates
{
    /// <summary>More candidates than these do not help: a value that so many have is soon found in the order of the list.</summary>
    public const int Most = 1_000;

    /// <summary>True when columns with an index lead to the candidates.</summary>
    public static bool IsByColumn(FilterExpression filter) =>
        filter switch
        {
            And(var left, var right) => IsByColumn(left) || IsByColumn(right),
            Or(var left, var right) => IsByColumn(left) && IsByColumn(right),
            Compare({ Attribute: var attribute }, CompareOperator.Eq, _) when attribute == CommonAttributes.Id => true,
            Compare({ Attribute: var attribute }, var op, var value) => IndexedAttribute.Find(attribute)?.Finds(op, value) is true,
            Never => true,
            _ => false,
        };

    /// <summary>
    /// Condition on <c>searchable s</c> that is true of every resource that fits the filter; <c>null</c> when no index can tell.
    /// </summary>
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
                return Equal(sql, connection, container is null ? path : container with { Sub = path.Attribute }, value);
            case Never:
                return "FALSE";
            default:
                return null;
        }
    }

    static string? Equal(Sql sql, Guid connection, AttributePath path, object value)
    {
        if (IsOutsideDocument(path.Attribute))
            return null;
        return IndexedAttribute.Find(path.Attribute) switch
        {
            // In a list of simple values, "value" is the element itself.
            null when !path.Attribute.IsComplex && "value".Equals(path.Sub?.Name, StringComparison.OrdinalIgnoreCase) => "s.terms && "
                + sql.Add([SearchTerms.Of(connection, path, value), SearchTerms.Of(connection, path with { Sub = null }, value)]),
            null => $"s.terms @> {sql.Add([SearchTerms.Of(connection, path, value)])}",
            { IsBoolean: true } => null,
            var indexed => $"s.{indexed.Column} = {sql.Add(indexed.IsFolded ? CaseFolding.Fold((string)value) : (string)value)}",
        };
    }

    static bool IsOutsideDocument(AttributeDefinition attribute) =>
        attribute == CommonAttributes.Id
        || attribute == CommonAttributes.Meta
        || attribute == UserSchema.Groups
        || attribute == GroupSchema.Members;
}
