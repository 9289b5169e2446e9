using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Resources;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Lists;

/// <summary>The parameters attributes and excludedAttributes (RFC 7644 §3.9), for every method that returns a resource.</summary>
[TestFixture, Parallelizable]
sealed class ProjectionTests
{
    const string User = """
        {"userName":"anna","externalId":"1","name":{"familyName":"Smith","givenName":"Anna"},"title":"Dr.",
         "emails":[{"value":"a@x","type":"work"},{"value":"b@x","display":"B"}],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
            {"department":"Sales","manager":{"value":"m","$ref":"../Users/m"}},
         "urn:acme:scim:Badge":{"level":3,"desk":{"floor":"2"}}}
        """;

    readonly ScimServer _server = new();
    TestDirectory _directory = null!;
    string _user = "";
    string _group = "";

    [OneTimeSetUp]
    public async Task Load()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        _user = await _directory.Create("/Users", User);
        _group = await _directory.Group("Design", _user);
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("attributes=userName", """{"userName":"anna"}""")]
    [TestCase("attributes=USERNAME,Title", """{"userName":"anna","title":"Dr."}""")]
    [TestCase("attributes=userName&attributes=title", """{"userName":"anna","title":"Dr."}""")]
    [TestCase("attributes=+userName+,+title+", """{"userName":"anna","title":"Dr."}""")]
    [TestCase("attributes=id,schemas", "{}")]
    [TestCase("attributes=shoeSize", "{}")]
    [TestCase("attributes=shoeSize,title,,name.nothing", """{"title":"Dr."}""")]
    [TestCase("attributes=nickName,photos", "{}")]
    [TestCase("attributes=name", """{"name":{"familyName":"Smith","givenName":"Anna"}}""")]
    [TestCase("attributes=name.givenName", """{"name":{"givenName":"Anna"}}""")]
    [TestCase("attributes=name.givenName,name.familyName", """{"name":{"givenName":"Anna","familyName":"Smith"}}""")]
    [TestCase("attributes=name,name.givenName", """{"name":{"familyName":"Smith","givenName":"Anna"}}""")]
    [TestCase("attributes=emails.value", """{"emails":[{"value":"a@x"},{"value":"b@x"}]}""")]
    [TestCase("attributes=emails.value,emails.type", """{"emails":[{"value":"a@x","type":"work"},{"value":"b@x"}]}""")]
    [TestCase("attributes=emails[type+eq+%22work%22]", """{"emails":[{"value":"a@x","type":"work"},{"value":"b@x","display":"B"}]}""")]
    [TestCase("attributes=urn:ietf:params:scim:schemas:core:2.0:User:title", """{"title":"Dr."}""")]
    [TestCase("attributes=ENT", """{"ENT":{"department":"Sales","manager":{"value":"m","$ref":"../Users/m"}}}""")]
    [TestCase("attributes=ENT:department", """{"ENT":{"department":"Sales"}}""")]
    [TestCase("attributes=ENT:department,ENT:manager.value", """{"ENT":{"department":"Sales","manager":{"value":"m"}}}""")]
    [TestCase("attributes=ENT,ENT:department", """{"ENT":{"department":"Sales","manager":{"value":"m","$ref":"../Users/m"}}}""")]
    [TestCase("attributes=department", """{"ENT":{"department":"Sales"}}""")]
    [TestCase("attributes=urn:acme:scim:Badge:level", """{"urn:acme:scim:Badge":{"level":3}}""")]
    [TestCase("attributes=URN:ACME:scim:badge:desk.floor", """{"urn:acme:scim:Badge":{"desk":{"floor":"2"}}}""")]
    [TestCase("attributes=urn:acme:scim:BADGE", """{"urn:acme:scim:Badge":{"level":3,"desk":{"floor":"2"}}}""")]
    [TestCase("attributes=emails.display", """{"emails":[{"display":"B"}]}""")]
    [TestCase("attributes=title&excludedAttributes=title", """{"title":"Dr."}""")]
    public async Task Attributes_names_what_is_returned_beside_id_and_schemas(string query, string expected)
    {
        var user = (await _directory.Get($"/Users/{_user}?{Full(query)}")).Body!;

        Assert.That((string?)user["id"], Is.EqualTo(_user));
        Assert.That(user["schemas"]!.AsArray(), Has.Count.EqualTo(3));
        user.Remove("id");
        user.Remove("schemas");
        Assert.That(JsonNode.DeepEquals(user, JsonNode.Parse(Full(expected))), () => user.ToJsonString());
    }

    [TestCase("title", new[] { "title" })]
    [TestCase("TITLE,externalid", new[] { "title", "externalId" })]
    [TestCase("id,schemas", new string[0])]
    [TestCase("shoeSize", new string[0])]
    [TestCase("meta,groups,name", new[] { "meta", "groups", "name" })]
    [TestCase("department", new string[0])]
    [TestCase("ENT", new[] { "ENT" })]
    [TestCase("ENT:department,ENT:manager", new[] { "ENT" })]
    [TestCase("urn:acme:scim:Badge", new[] { "urn:acme:scim:Badge" })]
    [TestCase("emails.value,emails.type,emails.display", new[] { "emails" })]
    [TestCase("urn:acme:scim:Badge:level,urn:acme:scim:Badge:desk", new[] { "urn:acme:scim:Badge" })]
    public async Task ExcludedAttributes_names_what_is_left_out(string excluded, string[] missing)
    {
        var whole = (await _directory.Get($"/Users/{_user}")).Names;

        var rest = (await _directory.Get($"/Users/{_user}?excludedAttributes={Full(excluded)}")).Names;

        Assert.That(rest, Is.EquivalentTo(whole.Except(missing.Select(Full))));
    }

    [TestCase("name.givenName", "name", """{"familyName":"Smith"}""")]
    [TestCase("ENT:department", "ENT", """{"manager":{"value":"m","$ref":"../Users/m"}}""")]
    [TestCase("emails.display,EMAILS.type", "emails", """[{"value":"a@x"},{"value":"b@x"}]""")]
    public async Task Excluding_a_part_leaves_the_others(string excluded, string attribute, string expected)
    {
        var user = (await _directory.Get($"/Users/{_user}?excludedAttributes={Full(excluded)}")).Body!;

        Assert.That(JsonNode.DeepEquals(user[Full(attribute)], JsonNode.Parse(expected)), () => user.ToJsonString());
    }

    [Test]
    public async Task A_list_is_projected_too()
    {
        var list = await _directory.Get("/Users?attributes=userName&filter=userName+eq+%22anna%22");

        Assert.That(list.Resources.Single().Select(member => member.Key), Is.EquivalentTo(new[] { "id", "schemas", "userName" }));
    }

    [Test]
    public async Task A_creation_is_projected_too()
    {
        var created = await _directory.Send(
            "POST",
            "/Groups?excludedAttributes=members,meta",
            $$"""{"displayName":"Created","members":[{"value":"{{_user}}"}]}"""
        );

        Assert.That((created.Status, created.Headers.Location), Is.EqualTo((201, new Uri($"{_directory.Url}/Groups/{created["id"]}"))));
        Assert.That(created.Names, Is.EquivalentTo(new[] { "id", "schemas", "displayName" }));
    }

    [Test]
    public async Task A_replacement_is_projected_too()
    {
        var id = await _directory.User("replaced");

        var replaced = await _directory.Send("PUT", $"/Users/{id}?attributes=title", """{"userName":"replaced","title":"x"}""");

        Assert.That(replaced.Names, Is.EquivalentTo(new[] { "id", "schemas", "title" }));
    }

    [TestCase("Users", "attributes=title", new[] { "id", "schemas", "title" })]
    [TestCase("Groups", "attributes=members.value", new[] { "id", "schemas", "members" })]
    [TestCase("Groups", "excludedAttributes=members,meta", new[] { "id", "schemas", "displayName", "externalId" })]
    public async Task A_change_is_projected_too(string collection, string query, string[] names)
    {
        var id = collection == "Users" ? await _directory.User(query) : await _directory.Group(query, _user);
        var path = collection == "Users" ? "title" : "externalId";

        var changed = await _directory.Patch($"/{collection}/{id}?{query}", $$"""{"op":"add","path":"{{path}}","value":"x"}""");

        Assert.That(changed.Status, Is.EqualTo(200));
        Assert.That(changed.Names, Is.EquivalentTo(names));
    }

    [TestCase("", """[{"value":"{0}","$ref":"{1}/Users/{0}","type":"User","display":"anna"}]""")]
    [TestCase("?attributes=members", """[{"value":"{0}","$ref":"{1}/Users/{0}","type":"User","display":"anna"}]""")]
    [TestCase("?attributes=members.value", """[{"value":"{0}"}]""")]
    [TestCase("?excludedAttributes=members.$ref,members.display", """[{"value":"{0}","type":"User"}]""")]
    [TestCase("?excludedAttributes=members", null)]
    [TestCase("?excludedAttributes=MEMBERS", null)]
    [TestCase("?attributes=displayName", null)]
    public async Task Members_are_shown_unless_excluded(string query, string? members)
    {
        var expected = members?.Replace("{0}", _user, StringComparison.Ordinal).Replace("{1}", _directory.Url, StringComparison.Ordinal);

        Assert.That((await _directory.Get($"/Groups/{_group}{query}"))["members"]?.ToJsonString(), Is.EqualTo(expected));
        Assert.That(
            (await _directory.Get($"/Groups{query}")).Resources.Single(group => (string?)group["id"] == _group)["members"]?.ToJsonString(),
            Is.EqualTo(expected)
        );
    }

    [TestCase("Group", null, null, true)]
    [TestCase("Group", null, "members.display", true)]
    [TestCase("Group", "members.value", null, true)]
    [TestCase("Group", null, "members", false)]
    [TestCase("Group", "displayName", null, false)]
    [TestCase("User", null, null, true)]
    [TestCase("User", null, "groups", false)]
    [TestCase("User", "userName", null, false)]
    public void Memberships_are_only_read_when_they_are_shown(string name, string? attributes, string? excluded, bool read)
    {
        var type = ResourceTypes.BuiltIn.Named(name)!;
        var related = RelatedResources.AreShown(type, AttributeProjection.Parse(attributes, excluded, type));

        var statement = ListSql
            .Page(
                new(Guid.Empty, ResourceTypes.BuiltIn, ConnectionSettings.Default, "", "", ""),
                new([new(type, null, null, related)], false, 0, 10, null),
                useTermIndex: false
            )
            .CommandText;

        Assert.That(statement.Contains("group_members", StringComparison.Ordinal), Is.EqualTo(read));
    }

    static string Full(string text) =>
        text.Replace("ENT", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", StringComparison.Ordinal);
}
