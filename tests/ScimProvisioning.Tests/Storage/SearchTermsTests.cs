using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Storage;

/// <summary>The numbers in the index of a stored document, which a filter asks for.</summary>
[TestFixture, Parallelizable]
sealed class SearchTermsTests
{
    const string Badge = "urn:acme:2.0:User";

    static readonly string LongText = string.Concat(Enumerable.Repeat("Ä long text. ", 1_000));

    static readonly TestCaseData[] Values =
    [
        new("""{"title":"Senior"}""", "title", "sENIOR"),
        new("""{"title":"\u00c4\"\\\/\n\ud83d\ude00"}""", "title", "ä\"\\/\n😀"),
        new("""{"name":{"givenName":"Ada"}}""", "name.givenName", "ada"),
        new("""{"emails":[{"value":"a"},{"value":"b"}]}""", "emails.value", "B"),
        new($$$"""{"{{{Badge}}}":{"Level":5.50}}""", $"{Badge}:level", 5.5m),
        new($$$"""{"{{{Badge}}}":{"Level":5.50}}""", $"{Badge}:level", "5.50"),
        new($$$"""{"{{{Badge}}}":{"on":true}}""", $"{Badge}:on", true),
        new(
            $$$"""{"{{{Badge}}}":{"since":"2026-01-31T12:00:00+01:00"}}""",
            $"{Badge}:since",
            new DateTimeOffset(2026, 1, 31, 11, 0, 0, default)
        ),
        new($$$"""{"{{{Badge}}}":{"tags":[["a",{"Deep":"B"}]]}}""", $"{Badge}:tags.deep", "b"),
        new($$"""{"title":"{{LongText}}"}""", "title", LongText),
    ];

    [TestCaseSource(nameof(Values))]
    public void The_term_of_a_filter_is_among_those_of_the_document(string document, string path, object value) =>
        Assert.That(Of(document), Does.Contain(SearchTerms.Of(Guid.Empty, AttributePath.Find(path, ResourceType.User)!, value)));

    /// <summary>Rows have these numbers: another way to make them would find none of the resources that are stored.</summary>
    [Test]
    public void Terms_stay_as_they_are_stored() =>
        Assert.That(
            Of("""{"title":"Senior","emails":[{"value":"A@b.c"}],"urn:acme:2.0:User":{"since":"2026-01-31T12:00:00Z","n":1.0}}"""),
            Is.EquivalentTo(
                new[]
                {
                    -2282082708724066870,
                    -3150369935177556177,
                    -3239801459454407490,
                    2123897883317147755,
                    -8148490650273080914,
                    5316493291156816584,
                }
            )
        );

    [Test]
    public void A_value_that_is_there_twice_is_one_term() =>
        Assert.That(Of("""{"emails":[{"value":"a"},{"value":"A"},{"value":"b"}]}"""), Has.Length.EqualTo(2));

    [Test]
    public void Null_and_empty_lists_have_no_term() => Assert.That(Of("""{"title":null,"emails":[],"name":{}}"""), Is.Empty);

    static long[] Of(string document) => SearchTerms.Of(Guid.Empty, ResourceType.User, (JsonObject)JsonNode.Parse(document)!);
}
