using System.Text.Json.Nodes;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>How the users of a connection become people, as an admin sets it.</summary>
[TestFixture, Parallelizable]
sealed class MappingTests
{
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    const string Ella = $$"""
        {"userName":"ella@contoso.com","externalId":"7c3e1b52-0d6f-4f0e-9a43-0f2c5a1f9b11","name":{"givenName":"Ella","familyName":"Berg"},
         "title":"Engineer","emails":[{"type":"work","value":"ella@contoso.com","primary":true}],"nickName":"El",
         "{{Enterprise}}":{"employeeNumber":"1234","department":"R&D","costCenter":"42"} }
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task T13_the_default_mapping_fills_the_six_fields_of_the_guide_without_editing()
    {
        var app = await AppView.CreateAsync(_server);

        var mapping = await app.Admin(HttpMethod.Get, "/mapping");

        var paths = mapping!["attributes"]!.AsArray().ToDictionary(a => (string)a!["name"]!, a => (string)a!["paths"]![0]!);
        Assert.That(
            ((string[])["employeeNumber", "firstName", "lastName", "email", "jobTitle", "department"]).Select(name => paths[name]),
            Is.EqualTo(
                new[]
                {
                    $"{Enterprise}:employeeNumber",
                    "name.givenName",
                    "name.familyName",
                    """emails[type eq "work"].value""",
                    "title",
                    $"{Enterprise}:department",
                }
            )
        );
        Assert.That(mapping["uid"]!.ToJsonString(), Is.EqualTo("""["externalId","id"]"""));

        await app.Directory.Create("/Users", Ella);
        await app.Enable();
        var ella = await _server.Person(app);
        Assert.That(
            ((string[])["employeeNumber", "firstName", "lastName", "email", "jobTitle", "department"]).Select(name => (string?)ella[name]),
            Is.EqualTo(new[] { "1234", "Ella", "Berg", "ella@contoso.com", "Engineer", "R&D" })
        );
    }

    [Test]
    public async Task T14_T15_the_six_fields_are_suggested_with_samples_as_soon_as_one_user_was_received()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Create("/Users", Ella);

        var found = Suggestions(await app.Admin(HttpMethod.Get, "/mapping/suggestions"));

        Assert.That(
            ((string[])["name.givenName", "name.familyName", "title", $"{Enterprise}:department", $"{Enterprise}:employeeNumber"]).Select(
                path => (string?)found[path]["attribute"]
            ),
            Is.EqualTo(new[] { "firstName", "lastName", "jobTitle", "department", "employeeNumber" })
        );
        Assert.That((string?)found["""emails[type eq "work"].value"""]["attribute"], Is.EqualTo("email"));
        Assert.That(found["title"]["samples"]!.ToJsonString(), Is.EqualTo("""["Engineer"]"""));
        Assert.That((string?)found[$"{Enterprise}:costCenter"]["proposal"]!["name"], Is.EqualTo("costCenter"));
    }

    [Test]
    public async Task T15_the_last_five_distinct_values_are_samples_and_masked_on_request()
    {
        var app = await AppView.CreateAsync(_server);
        foreach (var title in (string[])["One", "Two", "Two", "Three", "Four", "Five", "Six"])
            await app.Directory.Create(
                "/Users",
                $$"""{"userName":"{{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}}","title":"{{title}}"}"""
            );

        var plain = Suggestions(await app.Admin(HttpMethod.Get, "/mapping/suggestions"))["title"];
        var masked = Suggestions(await app.Admin(HttpMethod.Get, "/mapping/suggestions?masked=true"))["title"];

        Assert.That(plain["samples"]!.ToJsonString(), Is.EqualTo("""["Six","Five","Four","Three","Two"]"""));
        Assert.That((double)plain["share"]!, Is.EqualTo(1));
        Assert.That((string?)masked["samples"]![0], Is.EqualTo("S••"));
    }

    [Test]
    public async Task T15_before_the_first_user_the_empty_state_says_to_provision_one_on_demand()
    {
        var app = await AppView.CreateAsync(_server);

        var empty = await app.Admin(HttpMethod.Get, "/mapping/suggestions");
        await app.Directory.User("ella");
        var later = await app.Admin(HttpMethod.Get, "/mapping/suggestions");

        Assert.That((string?)empty!["hint"], Does.Contain("Provision on demand"));
        Assert.That(((int)later!["users"]!, later["hint"]), Is.EqualTo((1, (JsonNode?)null)));
    }

    [TestCase("""{"attributes":[]}""")]
    [TestCase("""{"uid":null,"attributes":[]}""")]
    [TestCase("""{"uid":[],"attributes":[]}""")]
    public async Task T17_a_mapping_without_a_uid_is_refused(string mapping)
    {
        var app = await AppView.CreateAsync(_server);
        var before = await app.Admin(HttpMethod.Get, "/mapping");

        var (status, problem) = await Put(app, "/mapping", mapping);

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((400, "validation_failed")));
        Assert.That((string?)problem["errors"]!["uid"]![0], Does.Contain("at least one path"));
        Assert.That(JsonNode.DeepEquals(before, await app.Admin(HttpMethod.Get, "/mapping")));
    }

    [TestCase("""{"uid":["externalid["]}""", "uid[0]")]
    [TestCase("""{"uid":["id"],"attributes":[{"name":"shoeSize","paths":["title"]}]}""", "attributes[0].name")]
    [TestCase("""{"uid":["id"],"attributes":[{"name":"jobTitle","paths":["groups.value"]}]}""", "attributes[0].paths[0]")]
    [TestCase("""{"uid":["id"],"attributes":[{"name":"jobTitle","paths":["title"],"transform":"rot13"}]}""", "attributes[0].transform")]
    [TestCase("""{"uid":["id"],"attributes":[null]}""", "attributes[0]")]
    [TestCase("""{"uid":["id"],"uidFormat":"number"}""", "uidFormat")]
    public async Task A_wrong_field_is_named_and_nothing_changes(string mapping, string field)
    {
        var app = await AppView.CreateAsync(_server);
        var before = await app.Admin(HttpMethod.Get, "/mapping");

        var (status, problem) = await Put(app, "/mapping", mapping);

        Assert.That(status, Is.EqualTo(400), problem?.ToJsonString());
        Assert.That(problem!["errors"]!.AsObject().Select(error => error.Key), Does.Contain(field));
        Assert.That(JsonNode.DeepEquals(before, await app.Admin(HttpMethod.Get, "/mapping")));
    }

    [Test]
    public async Task A_changed_mapping_tells_of_everybody_who_looks_different_and_what_is_not_mapped_stays_received_only()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Directory.Create("/Users", Ella);
        await app.Directory.User("max");
        await app.Enable();

        await app.Admin(
            HttpMethod.Put,
            "/mapping",
            """
            {"uid":["id"],"attributes":[
                {"name":"userName","paths":["userName"],"transform":"upper"},{"name":"jobTitle","paths":["nickName"]}]}
            """
        );
        await app.Settle();

        var (ella, max) = (await app.User("ella@contoso.com"), await app.User("max"));
        Assert.That(ella["mapped"]!.ToJsonString(), Is.EqualTo("""{"jobTitle":"El","userName":"ELLA@CONTOSO.COM"}"""));
        Assert.That(max["mapped"]!.ToJsonString(), Is.EqualTo("""{"userName":"MAX"}"""));
        Assert.That((await app.Events("connection.mapping_updated")), Has.Count.EqualTo(1));
        await app.AssertMirrored();

        await app.Admin(HttpMethod.Delete, "/mapping");
        await app.Settle();
        Assert.That((string?)(await app.User("ella@contoso.com"))["mapped"]!["department"], Is.EqualTo("R&D"));
    }

    Task<(int Status, JsonNode? Body)> Put(AppView app, string path, string json) =>
        _server.Send(HttpMethod.Put, $"/connections/{app.Connection}{path}", json);

    static Dictionary<string, JsonNode> Suggestions(JsonNode? answer) =>
        answer!["paths"]!.AsArray().ToDictionary(path => (string)path!["path"]!, path => path!);
}
