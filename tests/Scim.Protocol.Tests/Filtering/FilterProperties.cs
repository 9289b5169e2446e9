using FsCheck.NUnit;
using Property = FsCheck.NUnit.PropertyAttribute;

namespace Scim.Tests.Filtering;

[Properties(Arbitrary = [typeof(FilterGenerators)])]
public sealed class FilterProperties
{
    [Property(MaxTest = 500)]
    public void A_printed_filter_parses_to_the_tree_it_was_printed_from(FilterExpression filter) =>
        Assert.That(FilterParser.Parse(filter.ToString(), ResourceType.User), Is.EqualTo(filter));

    [Property(MaxTest = 1_000)]
    public void Any_text_parses_as_a_filter_or_is_refused(string text) =>
        Wire.AcceptsOrRefuses(() => FilterParser.Parse(text, ResourceType.User));

    [Property(MaxTest = 1_000)]
    public void Any_text_parses_as_a_path_or_is_refused(string text) =>
        Wire.AcceptsOrRefuses(() => FilterParser.ParsePath(text, ResourceType.User));

    [Property(MaxTest = 500)]
    public void A_printed_path_parses_to_the_path_it_was_printed_from(FilterExpression.ValuePath filter)
    {
        var path = new PatchPath(filter.Path.Schema, filter.Path.Attribute, filter.Filter, null);

        Assert.That(FilterParser.ParsePath(path.ToString(), ResourceType.User), Is.EqualTo(path));
    }
}
