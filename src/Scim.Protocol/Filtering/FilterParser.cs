namespace Scim;

/// <summary>
/// Recursive-descent parser for filters (RFC 7644 §3.4.2.2, Figure 1) and PATCH paths (§3.5.2, Figure 7). It resolves names against the
/// schema while parsing. Beyond the grammar it takes what Entra sends: a sub-attribute after a value path, and literals without quotes.
/// </summary>
public sealed class FilterParser
{
    /// <summary>Most levels of nested parentheses. Real filters have one or two.</summary>
    public const int MaxDepth = 50;

    /// <summary>Most comparisons in a filter: a server turns each into a condition of its database query.</summary>
    public const int MaxComparisons = 500;

    /// <summary>
    /// Most comparisons in a search over several types, counted once for each type: PostgreSQL takes 65,535 parameters, and a comparison
    /// needs a few.
    /// </summary>
    public const int MaxComparisonsOverTypes = 5_000;

    readonly FilterLexer _lexer;
    readonly FilterAttributes _attributes;
    int _depth;
    int _comparisons;

    FilterParser(string text, ResourceType type, IReadOnlyList<ResourceType> types) =>
        (_lexer, _attributes) = (new FilterLexer(text), new FilterAttributes(type, types));

    /// <summary>Parses a whole filter.</summary>
    /// <exception cref="ScimException">400 <c>invalidFilter</c> with the position and what was expected.</exception>
    public static FilterExpression Parse(string filter, ResourceType type) => Parse(filter, type, [type]);

    /// <summary>
    /// Parses a filter for a search over several types (RFC 7644 §3.4.2.1) into one expression for each type, in their order. In the
    /// expression of a type that does not have an attribute, every comparison with it is false.
    /// </summary>
    /// <exception cref="ScimException">400 <c>invalidFilter</c>, also for an attribute that none of the types has.</exception>
    public static IReadOnlyList<FilterExpression> Parse(string filter, IReadOnlyList<ResourceType> types) =>
        [.. types.Select(type => Parse(filter, type, types))];

    static FilterExpression Parse(string filter, ResourceType type, IReadOnlyList<ResourceType> types)
    {
        var parser = new FilterParser(filter, type, types);
        var expression = parser.ParseOr();
        if (parser._lexer.Kind is not FilterTokenKind.End)
            throw parser._lexer.Expected("'and', 'or' or the end of the filter");
        if (parser._comparisons * types.Count > MaxComparisonsOverTypes)
            throw ScimException.InvalidFilter(
                $"The filter has {parser._comparisons} comparisons for each of {types.Count} resource types, "
                    + $"more than {MaxComparisonsOverTypes} in all. Search one type, or with fewer comparisons."
            );
        return expression;
    }

    /// <summary>
    /// Parses the path of a PATCH operation: <c>attr</c>, <c>attr.sub</c>, <c>attr[filter]</c> or <c>attr[filter].sub</c>, each with or
    /// without the schema's URI in front.
    /// </summary>
    /// <exception cref="ScimException">
    /// 400 <c>invalidPath</c> naming the attribute, or <c>invalidFilter</c> for the filter in the brackets.
    /// </exception>
    public static PatchPath ParsePath(string path, ResourceType type)
    {
        var bracket = path.IndexOf('[');
        var attribute =
            AttributePath.Find((bracket < 0 ? path : path[..bracket]).Trim(), type)
            ?? throw ScimException.InvalidPath(
                $"{ScimException.Quote(path)} names no attribute of {type.Name}. "
                    + (
                        type.HasDotAfterUri(path)
                            ? "Between the URI of a schema and an attribute stands a colon, not a dot."
                            : "Correct the path; in Entra it is the target attribute of the mapping."
                    )
            );
        if (bracket < 0)
            return new(attribute.Schema, attribute.Attribute, null, attribute.Sub);
        if (!TakesBrackets(attribute))
            throw ScimException.InvalidPath($"'{attribute}' has no sub-attributes to filter in brackets.");

        var parser = new FilterParser(path, type, [type]);
        parser._lexer.Next();
        var filter = parser.ParseBrackets(attribute);
        var sub = parser.ParseSubAfterBrackets(attribute, ScimException.InvalidPath);
        if (parser._lexer.Kind is not FilterTokenKind.End)
            throw ScimException.InvalidPath(parser._lexer.Expectation("the end of the path"));
        return new(attribute.Schema, attribute.Attribute, filter, sub);
    }

    FilterExpression ParseOr()
    {
        var left = ParseAnd();
        while (_lexer.TakeWord("or"))
            left = new FilterExpression.Or(left, ParseAnd());
        return left;
    }

    FilterExpression ParseAnd()
    {
        var left = ParseTerm();
        while (_lexer.TakeWord("and"))
            left = new FilterExpression.And(left, ParseTerm());
        return left;
    }

    FilterExpression ParseTerm()
    {
        if (_lexer.Kind is FilterTokenKind.Open)
            return ParseParentheses();
        if (!_lexer.IsWord("not") || !_lexer.NextIs('('))
            return ParseAttribute();

        _lexer.Next();
        return new FilterExpression.Not(ParseParentheses());
    }

    FilterExpression ParseParentheses()
    {
        if (++_depth > MaxDepth)
            throw ScimException.InvalidFilter($"The filter is nested deeper than {MaxDepth} levels.");
        _lexer.Next();
        var inner = ParseOr();
        _lexer.Take(FilterTokenKind.Close, "')'");
        _depth--;
        return inner;
    }

    FilterExpression ParseAttribute()
    {
        if (_lexer.Kind is not FilterTokenKind.Word)
            throw _lexer.Expected("an attribute");
        if (_attributes.Find(_lexer.Text) is { } path)
        {
            _lexer.Next();
            return ParseCondition(path);
        }
        var ofAnotherType = _attributes.FindInAnyType(_lexer.Text) ?? throw _attributes.Unknown(_lexer);
        _lexer.Next();
        // The condition is checked against the type that has the attribute. Only "ne" and "eq null" are true without it.
        return ParseCondition(ofAnotherType) is FilterExpression.Not
            ? new FilterExpression.Not(new FilterExpression.Never())
            : new FilterExpression.Never();
    }

    FilterExpression ParseCondition(AttributePath path)
    {
        if (_lexer.Kind is not FilterTokenKind.OpenBracket)
            return ParseComparison(path);

        var filter = ParseBrackets(path);
        if (ParseSubAfterBrackets(path, ScimException.InvalidFilter) is { } sub)
            return ParseComparison(new(null, sub, null), (path, filter));
        if (!_lexer.IsOperator)
            return new FilterExpression.ValuePath(path, filter);

        // Microsoft once documented emails[type eq "work"] eq "x", which compares the sub-attribute "value".
        if (_lexer.IsWord("pr"))
        {
            _lexer.Next();
            return new FilterExpression.ValuePath(path, filter);
        }
        var value = path.Attribute.InElement("value") ?? throw FilterAttributes.NotComparable(path);
        return ParseComparison(new(null, value, null), (path, filter));
    }

    static bool TakesBrackets(AttributePath path) =>
        path is { Sub: null, Attribute: { Type: AttributeType.Complex or AttributeType.Any } or { IsSimpleList: true } };

    FilterExpression ParseBrackets(AttributePath path)
    {
        if (_attributes.Container is not null)
            throw _lexer.Expected("no '[' inside a value path");
        if (!TakesBrackets(path))
            throw ScimException.InvalidFilter($"'{path}' has no sub-attributes to filter in brackets.");
        FilterAttributes.RequireReadable(path);
        _lexer.Next();
        _attributes.Container = path;
        var filter = ParseOr();
        _attributes.Container = null;
        if (_lexer.Kind is not FilterTokenKind.CloseBracket)
            throw _lexer.Expected("']'");
        return filter;
    }

    /// <summary>Steps over ']' and takes a following <c>.sub</c>.</summary>
    AttributeDefinition? ParseSubAfterBrackets(AttributePath path, Func<string, ScimException> error)
    {
        var joined = _lexer.NextIs('.');
        _lexer.Next();
        if (!joined)
            return null;
        var name = _lexer.Text[1..];
        var sub =
            path.Attribute.InElement(name)
            ?? throw error($"'{path}' has no sub-attribute {ScimException.Quote(name)} (position {_lexer.Position + 1}).");
        _lexer.Next();
        return sub;
    }

    /// <summary>Parses operator and value of a comparison.</summary>
    /// <param name="brackets">
    /// The value path before the sub-attribute. <c>emails[type eq "work"].value ne "x"</c> negates the whole condition, because "ne" means
    /// "not eq", which is also true when there is no such element.
    /// </param>
    FilterExpression ParseComparison(AttributePath path, (AttributePath Path, FilterExpression Filter)? brackets = null)
    {
        if (++_comparisons > MaxComparisons)
            throw ScimException.InvalidFilter($"The filter has more than {MaxComparisons} comparisons.");
        FilterAttributes.RequireReadable(path);
        if (_lexer.Kind is not FilterTokenKind.Word)
            throw _lexer.Expected("an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)");
        var word = _lexer.Text.ToLowerInvariant();
        var negate = word == "ne";
        FilterExpression condition = new FilterExpression.Present(path);
        if (word != "pr")
        {
            if (!FilterLexer.Operators.TryGetValue(negate ? "eq" : word, out var op))
                throw _lexer.Expected("an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)");
            _lexer.Next();
            if (ParseValue(path, op, (brackets?.Path ?? _attributes.Container)?.Attribute) is { } comparison)
                condition = comparison;
            else
                negate = !negate; // eq null: not present
        }
        _lexer.Next();
        if (brackets is var (container, filter))
            condition = new FilterExpression.ValuePath(container, new FilterExpression.And(filter, condition));
        return negate ? new FilterExpression.Not(condition) : condition;
    }

    /// <summary>The comparison with the value at this position; <c>null</c> for the literal null.</summary>
    /// <param name="owner">Inside a value path, the attribute that the path is a sub-attribute of.</param>
    FilterExpression? ParseValue(AttributePath path, CompareOperator op, AttributeDefinition? owner)
    {
        if (_lexer.Kind is not (FilterTokenKind.Word or FilterTokenKind.String))
            throw _lexer.Expected("a value");
        var target = FilterAttributes.ValueOf(path);
        FilterAttributes.RequireReadable(target);
        if (FilterValue.Read(_lexer, target.Leaf, op) is not { } value)
            return null;
        if (
            value is not false
            || target.Leaf.Name != "primary"
            || (target.Sub is null ? owner : target.Attribute) is not { MultiValued: true }
        )
            return new FilterExpression.Compare(target, op, value);

        // RFC 7643 §2.4: an element without "primary" is not primary, so "primary eq false" means "not (primary eq true)".
        var other = new FilterExpression.Not(new FilterExpression.Compare(new(null, target.Leaf, null), op, true));
        return target.Sub is null ? other : new FilterExpression.ValuePath(target with { Sub = null }, other);
    }
}
