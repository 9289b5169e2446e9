using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Conformance;

/// <summary>RFC 7643 §7 "mutability" and "required", on each verb.</summary>
[TestFixture, Parallelizable]
sealed class MutabilityTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("""{"op":"replace","path":"id","value":"other"}""", "mutability")]
    [TestCase("""{"op":"remove","path":"id"}""", "mutability")]
    [TestCase("""{"op":"add","path":"meta.created","value":"2000-01-01T00:00:00Z"}""", "mutability")]
    [TestCase("""{"op":"replace","path":"meta","value":{"resourceType":"Group"}}""", "mutability")]
    [TestCase("""{"op":"remove","path":"meta"}""", "mutability")]
    [TestCase("""{"op":"remove","path":"groups"}""", "mutability")]
    [TestCase("""{"op":"add","path":"groups","value":[{"value":"7d420df3-9995-4831-a406-ecf8166f5f6a"}]}""", "mutability")]
    [TestCase(
        """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName","value":"x"}""",
        "mutability"
    )]
    [TestCase("""{"op":"remove","path":"userName"}""", "mutability")]
    [TestCase("""{"op":"remove"}""", "noTarget")]
    [TestCase("""{"op":"replace","path":"emails[value eq \"nobody\"].display","value":"x"}""", "noTarget")]
    [TestCase("""{"op":"replace","path":"shoeSize","value":"43"}""", "invalidPath")]
    [TestCase("""{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:Group:displayName","value":"x"}""", "invalidPath")]
    [TestCase("""{"op":"add","path":"title"}""", "invalidValue")]
    [TestCase("""{"op":"add","path":"x509Certificates","value":[{"value":"no base64!"}]}""", "invalidValue")]
    [TestCase("""{"op":"regex","path":"title","value":"x"}""", "invalidSyntax")]
    public async Task A_change_that_the_schema_forbids_is_refused_and_nothing_else_is_done(string operation, string scimType)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var before = await directory.Everything();

        var answer = await directory.Patch($"/Users/{id}", $$"""{"op":"add","path":"nickName","value":"A"},{{operation}}""");

        Assert.That(answer.Error, Is.EqualTo((400, scimType)), answer.Detail);
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [TestCase("value", "\"7d420df3-9995-4831-a406-ecf8166f5f6a\"")]
    [TestCase("type", "\"Group\"")]
    [TestCase("$ref", "\"../Users/x\"")]
    public async Task What_a_member_is_cannot_be_changed(string sub, string value)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var group = await directory.Group("Design", user);

        var answer = await directory.Patch(
            $"/Groups/{group}",
            $$"""{"op":"replace","path":"members[value eq \"{{user}}\"].{{sub}}","value":{{value}}}"""
        );

        Assert.That(answer.Error, Is.EqualTo((400, "mutability")));
        Assert.That(await directory.MembersOf(group), Is.EqualTo(new[] { user }));
    }

    [TestCase("""{"op":"add","path":"title","value":"Dr."}""")]
    [TestCase("""{"op":"add","path":"emails","value":[{"type":"work","value":"a@x"}]}""")]
    [TestCase("""{"op":"replace","value":{"title":"Dr."}}""")]
    [TestCase("""{"op":"remove","path":"nickName"}""")]
    public async Task Adding_what_is_there_keeps_the_time_of_the_last_change(string operation) // §3.5.2.1
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var created = await directory.Send(
            "POST",
            "/Users",
            """{"userName":"ada","title":"Dr.","emails":[{"type":"work","value":"a@x"}]}"""
        );
        _server.Clock.Advance(TimeSpan.FromSeconds(5));

        var patched = await directory.Patch($"/Users/{created["id"]}", operation);

        Assert.That((patched.Status, JsonNode.DeepEquals(patched.Body, created.Body)), Is.EqualTo((200, true)));
    }

    [TestCase("active eq true", "shown")]
    [TestCase("active pr", "hidden,shown")]
    [TestCase("active eq false", "hidden")]
    [TestCase("not (active eq true)", "hidden")]
    [TestCase("active ne true", "hidden")]
    public async Task A_filter_sees_the_default_that_the_client_was_told(string filter, string expected) // RFC 7644 §3.4.2.2
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("shown");
        await directory.Create("/Users", """{"userName":"hidden","active":false}""");

        var found = (await directory.Find("/Users", filter)).Resources.Select(user => (string)user["userName"]!);

        Assert.That(string.Join(',', found.Order(StringComparer.Ordinal)), Is.EqualTo(expected));
    }
}
