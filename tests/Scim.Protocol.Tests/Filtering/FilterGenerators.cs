using FsCheck;
using FsCheck.Fluent;

namespace Scim.Tests.Filtering;

/// <summary>Random filters over the User schema as trees, and random text that looks like a filter.</summary>
static class FilterGenerators
{
    static readonly string[] Fragments =
    [
        "userName",
        "emails",
        "name.givenName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "urn:a:b",
        "[",
        "]",
        "(",
        ")",
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "pr",
        "co",
        "gt",
        ".",
        ".value",
        "\"x\"",
        "\"",
        "\\",
        "true",
        "null",
        "5",
        " ",
        "  ",
        ":",
        "$",
        "active",
        "type",
        "é",
        "\ud800",
        "\0",
    ];

    static readonly ResourceType User = ResourceType.User;

    static readonly Gen<string> OddText = Gen.OneOf(
        Gen.Elements("", "a", "\"", "\\", "\\\"", "a\tb\r\n", "é😀", "\u2028", "and", "null", "True", " x ", "[(])", "\u007f", "'"),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get).Where(StorableText.IsStorable)
    );

    static readonly IReadOnlyList<AttributePath> Paths =
    [
        .. User.Schema.Attributes.Concat(CommonAttributes.All).SelectMany(attribute => WithSubs(new(null, attribute, null))),
        .. EnterpriseUserSchema.Schema.Attributes.SelectMany(attribute => WithSubs(new(EnterpriseUserSchema.Id, attribute, null))),
        new("urn:example:hr:2.0:User", AttributeDefinition.Untyped("badge"), null),
        new("urn:example:hr:2.0:User", AttributeDefinition.Untyped("badge"), AttributeDefinition.Untyped("color")),
    ];

    public static Arbitrary<FilterExpression> Filter() => Arb.From(Gen.Sized(size => Tree(Math.Min(size, 12), Paths, brackets: true)));

    public static Arbitrary<FilterExpression.ValuePath> ValuePath() => Arb.From(Gen.Sized(size => OneValuePath(Math.Min(size, 12))));

    /// <summary>Random text, and words of the grammar in random order.</summary>
    public static Arbitrary<string> Text() =>
        Arb.From(
            Gen.OneOf(
                ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get),
                Gen.Elements(Fragments).ListOf().Select(words => string.Join(" ", words)),
                Gen.Elements(Fragments).ListOf().Select(string.Concat)
            )
        );

    static Gen<FilterExpression> Tree(int size, IReadOnlyList<AttributePath> paths, bool brackets)
    {
        if (size <= 1)
            return brackets ? Gen.OneOf(Condition(paths), InBrackets(1)) : Condition(paths);
        var half = Tree(size / 2, paths, brackets);
        return Gen.OneOf(
            Condition(paths),
            half.Two().Select(p => (FilterExpression)new FilterExpression.And(p.Item1, p.Item2)),
            half.Two().Select(p => (FilterExpression)new FilterExpression.Or(p.Item1, p.Item2)),
            half.Select(p => (FilterExpression)new FilterExpression.Not(p)),
            brackets ? InBrackets(size / 2) : half
        );
    }

    static Gen<FilterExpression> InBrackets(int size) => OneValuePath(size).Select(path => (FilterExpression)path);

    static Gen<FilterExpression.ValuePath> OneValuePath(int size) =>
        Gen.Elements(Paths.Where(path => path is { Sub: null, Attribute.Type: AttributeType.Complex }))
            .SelectMany(path =>
                Tree(size, [.. path.Attribute.SubAttributes.Select(sub => new AttributePath(null, sub, null))], brackets: false)
                    .Select(inner => new FilterExpression.ValuePath(path, inner))
            );

    static Gen<FilterExpression> Condition(IReadOnlyList<AttributePath> paths) =>
        Gen.OneOf(
            Gen.Elements<AttributePath>(paths).Select(path => (FilterExpression)new FilterExpression.Present(path)),
            Gen.Elements(paths.Where(path => !path.Leaf.IsComplex))
                .SelectMany(path =>
                    Gen.Elements(Operators(path.Leaf))
                        .SelectMany(op =>
                            Value(path.Leaf, op).Select(value => (FilterExpression)new FilterExpression.Compare(path, op, value))
                        )
                )
        );

    static CompareOperator[] Operators(AttributeDefinition attribute) =>
        attribute.Type is AttributeType.Boolean or AttributeType.Binary ? [CompareOperator.Eq] : Enum.GetValues<CompareOperator>();

    static Gen<object> Value(AttributeDefinition attribute, CompareOperator op) =>
        attribute.Type switch
        {
            // "primary eq false" is parsed as "not (primary eq true)".
            AttributeType.Boolean when attribute.Name == "primary" => Gen.Constant<object>(true),
            AttributeType.Boolean => ArbMap.Default.GeneratorFor<bool>().Select(flag => (object)flag),
            AttributeType.DateTime when op is not (CompareOperator.Co or CompareOperator.Sw or CompareOperator.Ew) => ArbMap
                .Default.GeneratorFor<DateTimeOffset>()
                .Select(time => (object)time.ToUniversalTime()),
            _ => OddText.Select(text => (object)text),
        };

    static IEnumerable<AttributePath> WithSubs(AttributePath path) =>
        path.Attribute.SubAttributes.Select(sub => path with { Sub = sub }).Prepend(path);
}
