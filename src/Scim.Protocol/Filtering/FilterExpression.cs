using System.Globalization;

namespace Scim;

/// <summary>Comparison operators of RFC 7644 §3.4.2.2, Table 3 (<c>ne</c> is parsed as <c>not (… eq …)</c>).</summary>
public enum CompareOperator
{
    Eq,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// <summary>
/// A parsed filter (RFC 7644 §3.4.2.2) whose names are resolved against a schema. Paths start at the resource, or at the element inside a
/// <see cref="ValuePath"/>. <c>ToString</c> prints a filter that parses to an equal tree, except for <see cref="Never"/>.
/// </summary>
public abstract record FilterExpression
{
    FilterExpression() { }

    /// <summary>Both conditions are true (RFC 7644 §3.4.2.2, Table 4).</summary>
    public sealed record And(FilterExpression Left, FilterExpression Right) : FilterExpression
    {
        public override string ToString() => $"{Group(Left, Left is Or)} and {Group(Right, Right is Or or And)}";
    }

    /// <summary>At least one condition is true (RFC 7644 §3.4.2.2, Table 4).</summary>
    public sealed record Or(FilterExpression Left, FilterExpression Right) : FilterExpression
    {
        public override string ToString() => $"{Left} or {Group(Right, Right is Or)}";
    }

    /// <summary>The condition is false (RFC 7644 §3.4.2.2, Table 4).</summary>
    public sealed record Not(FilterExpression Operand) : FilterExpression
    {
        public override string ToString() => $"not ({Operand})";
    }

    /// <summary><c>pr</c>: the attribute has a value.</summary>
    public sealed record Present(AttributePath Path) : FilterExpression
    {
        public override string ToString() => $"{Path} pr";
    }

    /// <summary>A comparison, true when any value of a multi-valued attribute fits.</summary>
    /// <param name="Value">
    /// A <see cref="string"/>, <see cref="bool"/>, <see cref="decimal"/> or <see cref="DateTimeOffset"/>, as the attribute's type requires.
    /// </param>
    public sealed record Compare(AttributePath Path, CompareOperator Operator, object Value) : FilterExpression
    {
        public override string ToString() => $"{Path} {Operator.ToString().ToLowerInvariant()} {Literal(Value)}";
    }

    /// <summary><c>emails[type eq "work"]</c>: one element fits the whole filter in the brackets.</summary>
    public sealed record ValuePath(AttributePath Path, FilterExpression Filter) : FilterExpression
    {
        public override string ToString() => $"{Path}[{Filter}]";
    }

    /// <summary>
    /// Always false: a condition on an attribute that this resource type does not have, but another type in the same search has.
    /// </summary>
    public sealed record Never : FilterExpression
    {
        public override string ToString() => "never";
    }

    /// <summary>Number of comparisons, <c>pr</c> included.</summary>
    internal int Comparisons =>
        this switch
        {
            And(var left, var right) => left.Comparisons + right.Comparisons,
            Or(var left, var right) => left.Comparisons + right.Comparisons,
            Not(var operand) => operand.Comparisons,
            ValuePath(_, var inner) => inner.Comparisons,
            _ => 1,
        };

    static string Group(FilterExpression operand, bool parenthesise) => parenthesise ? $"({operand})" : operand.ToString();

    static string Literal(object value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            decimal number => number.ToString(CultureInfo.InvariantCulture),
            DateTimeOffset time => $"\"{time.ToString("O", CultureInfo.InvariantCulture)}\"",
            _ => ScimJson.Text((string)value),
        };
}
