using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Lists;

/// <summary>Searches by POST (RFC 7644 §3.4.3) and queries at the root over all resource types (§3.4.2.1).</summary>
[TestFixture, Parallelizable]
sealed class SearchTests
{
    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [OneTimeSetUp]
    public async Task Load()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        var anna = await _directory.Create("/Users", """{"userName":"anna","displayName":"Same","title":"Boss"}""");
        await _directory.Create("/Users", """{"userName":"bob","displayName":"Bob"}""");
        await _directory.Group("Same", anna);
        await _directory.Group("Other");
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("/Users", """{"filter":"userName eq \"ANNA\""}""", "Same")]
    [TestCase("/users", """{"Filter":"title pr","attributes":["displayName"]}""", "Same")]
    [TestCase("/Groups", """{"sortBy":"displayName","sortOrder":"descending"}""", "Same Other")]
    [TestCase("/Groups", """{"startIndex":2,"count":1}""", "Other")]
    [TestCase("/Users", """{"cursor":"","count":1}""", "Same")]
    [TestCase("", """{"filter":"displayName eq \"same\""}""", "Same Same")]
    [TestCase("", """{"sortBy":"displayName"}""", "Bob Other Same Same")]
    [TestCase("", """{"sortBy":"userName","sortOrder":"descending"}""", "Other Same Bob Same")]
    [TestCase("", """{"filter":"meta.resourceType eq \"Group\"","count":1}""", "Same")]
    [TestCase("", """{"filter":"title eq \"boss\" or members pr"}""", "Same Same")]
    [TestCase("", """{"filter":"not (title eq \"boss\")","excludedAttributes":["members"]}""", "Bob Same Other")]
    public async Task A_search_by_POST_answers_as_a_GET_does(string path, string search, string names)
    {
        var answer = await _directory.Send(
            "POST",
            $"{path}/.search",
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],{{search[1..]}}"""
        );

        Assert.That(
            (answer.Status, (string?)answer["schemas"]![0]),
            Is.EqualTo((200, "urn:ietf:params:scim:api:messages:2.0:ListResponse"))
        );
        Assert.That(string.Join(' ', answer.Resources.Select(resource => (string?)resource["displayName"])), Is.EqualTo(names));
    }

    [TestCase("?filter=displayName+eq+%22same%22", 2, 2)]
    [TestCase("/?filter=displayName+eq+%22same%22&count=1", 2, 1)]
    [TestCase("?startIndex=4", 4, 1)]
    [TestCase("?filter=userName+eq+%22anna%22", 1, 1)]
    [TestCase("?count=0", 4, 0)]
    public async Task A_query_at_the_root_goes_over_all_resource_types(string query, int total, int resources)
    {
        var answer = await _directory.Get(query);

        Assert.That(((int)answer["totalResults"]!, answer.Resources.Count), Is.EqualTo((total, resources)));
    }

    [Test]
    public async Task Each_resource_at_the_root_is_what_it_is_at_its_own_address()
    {
        var mixed = (await _directory.Get("?attributes=displayName,members,groups")).Resources;

        foreach (var resource in mixed)
        {
            var collection = resource["schemas"]![0]!.ToString().EndsWith(":User", StringComparison.Ordinal) ? "Users" : "Groups";
            var alone = await _directory.Get($"/{collection}/{resource["id"]}?attributes=displayName,members,groups");
            Assert.That(JsonNode.DeepEquals(resource, alone.Body), Is.True, resource.ToJsonString());
        }
    }

    [TestCase("/Users", """{"filter":"nonsense"}""", "invalidFilter")]
    [TestCase("", """{"filter":"nonsense eq 1"}""", "invalidFilter")]
    [TestCase("", """{"sortBy":"nonsense"}""", "invalidPath")]
    [TestCase("", """{"count":"ten"}""", "invalidValue")]
    [TestCase("", """{"cursor":"","count":"ten"}""", "invalidCount")]
    [TestCase("/Groups", """{"attributes":5}""", "invalidValue")]
    public async Task A_search_that_means_nothing_is_refused(string path, string search, string scimType) =>
        Assert.That((await _directory.Send("POST", $"{path}/.search", search)).Error, Is.EqualTo((400, scimType)));
}
