namespace Scim.Tests.Filtering;

public sealed class FilterLimitTests
{
    [TestCase(FilterParser.MaxDepth)]
    public void Sensible_nesting_parses(int depth) =>
        Assert.That(FilterParser.Parse(Nested(depth), ResourceType.User).ToString(), Is.EqualTo("title pr"));

    [TestCase(FilterParser.MaxDepth + 1)]
    [TestCase(1_000)]
    public void Deep_nesting_is_refused(int depth) => Refuses(Nested(depth), "nested");

    [Test]
    public void Parentheses_side_by_side_are_not_nested() =>
        Assert.That(
            Wire.IsAccepted(() =>
                FilterParser.Parse(string.Join(" and ", Enumerable.Repeat("(title pr)", FilterParser.MaxDepth + 1)), ResourceType.User)
            ),
            Is.True
        );

    [Test]
    public void Deep_negation_is_refused() =>
        Refuses(string.Concat(Enumerable.Repeat("not (", 1_000)) + "title pr" + new string(')', 1_000), "nested");

    [Test]
    public void Ten_thousand_characters_parse()
    {
        var name = new string('x', 10_000);

        Assert.That(((FilterExpression.Compare)FilterParser.Parse($"userName eq \"{name}\"", ResourceType.User)).Value, Is.EqualTo(name));
    }

    [Test]
    public void Five_hundred_comparisons_parse() =>
        Assert.That(FilterParser.Parse(Alternatives(FilterParser.MaxComparisons), ResourceType.User).ToString(), Does.EndWith("\"500\""));

    [Test]
    public void More_comparisons_are_refused() => Refuses(Alternatives(FilterParser.MaxComparisons + 1), "500");

    [TestCase(100, 50, true)]
    [TestCase(101, 50, false)]
    [TestCase(500, 10, true)]
    [TestCase(500, 11, false)]
    public void Comparisons_count_once_for_each_type(int comparisons, int types, bool accepted)
    {
        ResourceType[] searched = [.. Enumerable.Repeat(ResourceType.User, types)];

        if (accepted)
            Assert.That(FilterParser.Parse(Alternatives(comparisons), searched), Has.Count.EqualTo(types));
        else
            Assert.That(
                Wire.Refused("invalidFilter", () => FilterParser.Parse(Alternatives(comparisons), searched)),
                Does.Contain($"{comparisons} comparisons for each of {types}")
            );
    }

    [Test]
    public void Comparisons_in_brackets_count_too() =>
        Refuses("emails[" + string.Join(" or ", Enumerable.Repeat("type pr", FilterParser.MaxComparisons + 1)) + "]", "500");

    [Test]
    public void A_long_unknown_name_is_repeated_in_part() =>
        Assert.That(
            Wire.Refused("invalidFilter", () => FilterParser.Parse(new string('x', 10_000) + " pr", ResourceType.User)),
            Has.Length.LessThan(300)
        );

    static string Nested(int depth) => new string('(', depth) + "title pr" + new string(')', depth);

    static string Alternatives(int count) => string.Join(" or ", Enumerable.Range(1, count).Select(i => $"userName eq \"{i}\""));

    static void Refuses(string filter, string reason) =>
        Assert.That(Wire.Refused("invalidFilter", () => FilterParser.Parse(filter, ResourceType.User)), Does.Contain(reason));
}
