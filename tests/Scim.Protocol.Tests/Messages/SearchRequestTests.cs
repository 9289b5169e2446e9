namespace Scim.Tests.Messages;

/// <summary>RFC 7644 §3.4.2, §3.4.3 and RFC 9865: the body of a <c>.search</c> and the query of a GET have the same parameters.</summary>
public sealed class SearchRequestTests
{
    static readonly SearchRequest Nothing = new(null, null, null, null, false, null, null, null);

    [Test]
    public void Everything_is_read() =>
        Assert.That(
            Body(
                """
                {
                  "schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                  "attributes":["displayName","userName"], "excludedAttributes":["emails"], "filter":"displayName sw \"smith\"",
                  "sortBy":"name.familyName", "sortOrder":"descending", "startIndex":11, "count":10, "cursor":"abc", "other":{}
                }
                """
            ),
            Is.EqualTo(
                new SearchRequest("displayName,userName", "emails", "displayName sw \"smith\"", "name.familyName", true, 11, 10, "abc")
            )
        );

    [Test]
    public void The_query_of_a_GET_reads_the_same() =>
        Assert.That(
            Query(
                "attributes=displayName,userName|excludedAttributes=emails|filter=displayName sw \"smith\"|"
                    + "sortBy=name.familyName|sortOrder=Descending|startIndex=11|count=10|cursor=abc"
            ),
            Is.EqualTo(
                new SearchRequest("displayName,userName", "emails", "displayName sw \"smith\"", "name.familyName", true, 11, 10, "abc")
            )
        );

    [TestCase("{}")]
    [TestCase("""{"attributes":[],"filter":null,"count":null,"sortOrder":"ascending"}""")]
    [TestCase("""{"sortBy":"","excludedAttributes":""}""")]
    public void What_is_not_given_is_nothing(string body) => Assert.That(Body(body), Is.EqualTo(Nothing));

    [TestCase("")]
    [TestCase("attributes=|filter=|sortBy=|sortOrder=|startIndex=|count=")]
    public void An_empty_parameter_is_nothing(string query) => Assert.That(Query(query), Is.EqualTo(Nothing));

    [TestCase("""{"ATTRIBUTES":["a"],"Count":1}""")]
    [TestCase("""{"attributes":"a","count":1.0}""")]
    public void Names_and_forms_are_lenient(string body) =>
        Assert.That(Body(body), Is.EqualTo(Nothing with { Attributes = "a", Count = 1 }));

    [TestCase("""{"cursor":""}""", "")]
    [TestCase("""{"cursor":"x"}""", "x")]
    [TestCase("""{"cursor":null}""", null)]
    public void An_empty_cursor_asks_for_the_first_page(string body, string? cursor) => Assert.That(Body(body).Cursor, Is.EqualTo(cursor));

    [Test]
    public void An_empty_cursor_in_a_query_too() => Assert.That(Query("cursor=").Cursor, Is.Empty);

    [TestCase("-5", "-5", 1, 0)]
    [TestCase("0", "0", 1, 0)]
    [TestCase("99999999999999999999", "99999999999999999999", long.MaxValue, long.MaxValue)]
    [TestCase("-99999999999999999999", "-99999999999999999999", 1, 0)]
    public void Numbers_out_of_range_are_read_as_the_nearest(string startIndex, string count, long first, long most)
    {
        Assert.That(
            Body($$"""{"startIndex":{{startIndex}},"count":{{count}}}"""),
            Is.EqualTo(Nothing with { StartIndex = first, Count = most })
        );
        Assert.That(Query($"startIndex={startIndex}|count={count}"), Is.EqualTo(Nothing with { StartIndex = first, Count = most }));
    }

    [TestCase("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}""", "invalidSyntax")]
    [TestCase("""{"schemas":"x"}""", "invalidValue")]
    [TestCase("""{"count":1,"COUNT":2}""", "invalidSyntax")]
    [TestCase("""{"attributes":{}}""", "invalidValue")]
    [TestCase("""{"attributes":["a",1]}""", "invalidValue")]
    [TestCase("""{"filter":1}""", "invalidValue")]
    [TestCase("""{"filter":"\u0000"}""", "invalidValue")]
    [TestCase("""{"sortOrder":"up"}""", "invalidValue")]
    [TestCase("""{"startIndex":"1"}""", "invalidValue")]
    [TestCase("""{"startIndex":1.5}""", "invalidValue")]
    [TestCase("""{"count":"1"}""", "invalidValue")]
    [TestCase("""{"count":"1","cursor":""}""", "invalidCount")]
    [TestCase("""{"cursor":1}""", "invalidValue")]
    public void A_member_of_the_wrong_type_is_refused(string body, string scimType) => Wire.Refused(scimType, () => Body(body));

    [TestCase("count=x", "invalidValue")]
    [TestCase("count=1.5", "invalidValue")]
    [TestCase("count=-", "invalidValue")]
    [TestCase("count=x|cursor=", "invalidCount")]
    [TestCase("startIndex=x|cursor=", "invalidValue")]
    [TestCase("sortOrder=up", "invalidValue")]
    public void A_parameter_that_makes_no_sense_is_refused(string query, string scimType) => Wire.Refused(scimType, () => Query(query));

    [Test]
    public void It_projects_for_each_type() =>
        Assert.That(
            Body("""{"attributes":["title"]}""").For(ResourceType.User).Apply(Wire.Json("""{"id":"1","title":"T","userName":"u"}""")),
            Wire.EqualJson("""{"id":"1","title":"T"}""")
        );

    static SearchRequest Body(string body) => SearchRequest.Parse(Wire.Json(body));

    static SearchRequest Query(string query)
    {
        var parameters = query
            .Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return SearchRequest.Parse(parameters.GetValueOrDefault);
    }
}
