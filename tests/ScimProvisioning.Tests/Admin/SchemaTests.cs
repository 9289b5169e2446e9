using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Schemas;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Registering, replacing and removing schemas and resource types.</summary>
[TestFixture, Parallelizable]
sealed class SchemaTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("application/json", "/schemas", Devices.Lease, "id", Devices.LeaseId)]
    [TestCase("application/scim+json", "/schemas", Devices.Lease, "id", Devices.LeaseId)]
    [TestCase("application/scim+json", "/resource-types", """{"name":"Group","schemaExtensions":[]}""", "name", "Group")]
    [TestCase(
        "application/scim+json",
        "/schemas",
        """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"],"id":"urn:x:Read","meta":{"resourceType":"Schema"},
             "attributes":[{"name":"a","type":"complex","subAttributes":[{"name":"b","subAttributes":[]}]}]}
            """,
        "id",
        "urn:x:Read",
        Description = "as it was read from a server"
    )]
    [TestCase(
        "application/json",
        "/schemas",
        """{"ID":"https://example.com/schemas/Lamp","Attributes":[{"name":"a"}]}""",
        "id",
        "https://example.com/schemas/Lamp"
    )]
    public async Task What_is_registered_is_found_where_the_answer_says(string mediaType, string list, string json, string key, string name)
    {
        var connection = (await _server.Connect()).Id;
        using var body = new StringContent(json, Encoding.UTF8, mediaType);

        using var response = await _server.Admin.PostAsync(new Uri($"/api/v1/connections/{connection}{list}", UriKind.Relative), body);
        var created = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var (status, read) = await _server.Send(HttpMethod.Get, response.Headers.Location!.OriginalString["/api/v1".Length..]);
        var (_, all) = await _server.Send(HttpMethod.Get, $"/connections/{connection}{list}");

        Assert.That((response.StatusCode, status, (string?)created[key]), Is.EqualTo((HttpStatusCode.Created, 200, name)));
        Assert.That(
            JsonNode.DeepEquals(created, read) && JsonNode.DeepEquals(all!["data"]!.AsArray().Single(), read),
            read!.ToJsonString()
        );
    }

    [TestCase(
        "/schemas",
        """{"id":"urn:x:A","attributes":[{"name":"a"},{"name":"b","type":"text"}]}""",
        400,
        "'attributes[1].type' is 'text'. It must be one of string"
    )]
    [TestCase(
        "/schemas",
        """{"id":"urn:x:A","attributes":[{"name":"meta"}]}""",
        400,
        "'attributes[0].name' is 'meta', which every resource has"
    )]
    [TestCase(
        "/schemas",
        """{"id":"urn:x:A","attributes":[{"name":"a","requird":true}]}""",
        400,
        "'attributes[0].requird' is unknown here. Did you mean 'required'?"
    )]
    [TestCase(
        "/schemas",
        """{"id":"urn:x:A","attributes":[{"name":"a"},{"name":"b","type":"complex","subAttributes":[{"name":"c","caseExakt":true}]}]}""",
        400,
        "'attributes[1].subAttributes[0].caseExakt' is unknown here. Did you mean 'caseExact'?"
    )]
    [TestCase(
        "/schemas",
        """{"id":"urn:x:A","atributes":[{"name":"a"}]}""",
        400,
        "'atributes' is unknown here. Did you mean 'attributes'?"
    )]
    [TestCase(
        "/schemas",
        """{"id":"urn:x:A","owner":"me","attributes":[{"name":"a"}]}""",
        400,
        "'owner' is unknown here. There are: id, name"
    )]
    [TestCase(
        "/resource-types",
        """{"name":"Group","schemaExtensions":[{"schema":"urn:x:A","requird":true}]}""",
        400,
        "'schemaExtensions[0].requird' is unknown here. Did you mean 'required'?"
    )]
    [TestCase("/resource-types", """{"name":"Group","schemaExtension":[]}""", 400, "Did you mean 'schemaExtensions'?")]
    [TestCase("/schemas", """{"id":"urn:x:A"}""", 400, "'attributes' is missing")]
    [TestCase("/schemas", """{"attributes":[]}""", 400, "'id' is missing")]
    [TestCase(
        "/schemas",
        """{"id":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","attributes":[{"name":"a"}]}""",
        400,
        "which the RFCs define"
    )]
    [TestCase("/schemas", """{"id":"URN:example:params:scim:schemas:device","attributes":[{"name":"a"}]}""", 409, "registered already")]
    [TestCase(
        "/resource-types",
        """{"name":"Lamp","endpoint":"/Lamps","schema":"urn:x:Lamp"}""",
        400,
        "'schema' is 'urn:x:Lamp', which is no registered schema"
    )]
    [TestCase(
        "/resource-types",
        """{"name":"Lamp","endpoint":"/users","schema":"urn:example:params:scim:schemas:Device"}""",
        400,
        "the endpoint of User"
    )]
    [TestCase("/resource-types", """{"name":"User","endpoint":"/People"}""", 400, "'endpoint' of User is '/Users'")]
    [TestCase(
        "/resource-types",
        """{"name":"device","endpoint":"/Lamps","schema":"urn:example:params:scim:schemas:Device"}""",
        409,
        "registered already"
    )]
    [TestCase("/schemas", "[]", 400, "must be a JSON object")]
    [TestCase("/schemas", "{", 400, "not the JSON")]
    [TestCase("/schemas", """{"id":"urn:x:A","id":"urn:x:B"}""", 400, "same property twice")]
    [TestCase("/schemas", """{"id":"\ud800"}""", 400, "half a surrogate pair")]
    [TestCase("/schemas", """{"\ud800":1}""", 400, "surrogate pair")]
    [TestCase("/schemas", """{"id":"urn:x:A","attributes":[{"name":"a","\udc00":1}]}""", 400, "surrogate pair")]
    [TestCase("/resource-types", """{"name":"\ud800"}""", 400, "half a surrogate pair")]
    [TestCase("/schemas", """{"id":"urn:x:A\u0000","attributes":[{"name":"a"}]}""", 400, "NUL")]
    public async Task What_cannot_be_registered_is_told_with_its_place_and_changes_nothing(
        string list,
        string json,
        int expected,
        string detail
    )
    {
        var directory = await Devices.CreateAsync(_server);
        var before = await Registered(directory);

        var (status, problem) = await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}{list}", json);

        Assert.That((status, (int)problem!["status"]!), Is.EqualTo((expected, expected)));
        Assert.That((string?)problem["detail"], Does.Contain(detail));
        Assert.That(await Registered(directory), Is.EqualTo(before));
    }

    [Test]
    public async Task A_body_that_is_no_json_or_too_long_is_refused()
    {
        var path = new Uri($"/api/v1/connections/{(await _server.Connect()).Id}/schemas", UriKind.Relative);
        using var xml = new StringContent("<schema/>", Encoding.UTF8, "application/xml");
        using var large = new StringContent(
            $$"""{"id":"urn:x:A","description":"{{new string('x', 1024 * 1024)}}","attributes":[{"name":"a"}]}""",
            Encoding.UTF8,
            "application/json"
        );

        Assert.That((await _server.Admin.PostAsync(path, xml)).StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That((await _server.Admin.PostAsync(path, large)).StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [TestCase("application/json", "{\"id\":\"urn:x:\u00ff\"}", HttpStatusCode.BadRequest)]
    [TestCase("application/json", "{\"\u00ff\":1}", HttpStatusCode.BadRequest)]
    [TestCase("text/plain", "{}", HttpStatusCode.UnsupportedMediaType)]
    [TestCase("application/json; charset=utf-16", "{}", HttpStatusCode.UnsupportedMediaType)]
    [TestCase("application/json; charset=\"UTF-8\"", "{}", HttpStatusCode.BadRequest, Description = "read: 'id' is missing")]
    public async Task A_body_that_is_no_UTF_8_is_refused(string mediaType, string latin1, HttpStatusCode expected)
    {
        using var body = new ByteArrayContent(Encoding.Latin1.GetBytes(latin1));
        body.Headers.TryAddWithoutValidation("Content-Type", mediaType);

        using var response = await _server.Admin.PostAsync(
            new Uri($"/api/v1/connections/{(await _server.Connect()).Id}/schemas", UriKind.Relative),
            body
        );

        Assert.That(response.StatusCode, Is.EqualTo(expected));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task All_documents_of_a_connection_together_are_bounded()
    {
        var path = $"/connections/{(await _server.Connect()).Id}/schemas";
        string Schema(int i) => $$"""{"id":"urn:x:S{{i}}","description":"{{new string('x', 400_000)}}","attributes":[{"name":"a"}]}""";

        Assert.That(
            ((await _server.Send(HttpMethod.Post, path, Schema(1))).Status, (await _server.Send(HttpMethod.Post, path, Schema(2))).Status),
            Is.EqualTo((201, 201))
        );
        var (status, problem) = await _server.Send(HttpMethod.Post, path, Schema(3));

        Assert.That(
            (status, (string?)problem!["detail"]),
            Is.EqualTo(
                (
                    400,
                    "The schemas and resource types of a connection may together have 1048576 bytes; with this one they would have more. "
                        + "Remove one, or shorten descriptions."
                )
            )
        );
        Assert.That((await _server.Send(HttpMethod.Get, path)).Body!["data"]!.AsArray(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_document_keeps_its_name_when_it_is_replaced()
    {
        var directory = await Devices.CreateAsync(_server);
        var path = $"/connections/{directory.Connection.Id}";

        var (replaced, schema) = await _server.Send(
            HttpMethod.Put,
            $"{path}/schemas/{Devices.LeaseId.ToUpperInvariant()}",
            """{"attributes":[{"name":"contract"}]}"""
        );
        var (renamed, problem) = await _server.Send(
            HttpMethod.Put,
            $"{path}/schemas/{Devices.LeaseId}",
            """{"id":"urn:x:Other","attributes":[{"name":"contract"}]}"""
        );
        var (moved, type) = await _server.Send(
            HttpMethod.Put,
            $"{path}/resource-types/device",
            $$"""{"name":"DEVICE","endpoint":"/Machines","schema":"{{Devices.SchemaId}}"}"""
        );

        Assert.That(
            (replaced, (string?)schema!["id"], renamed, moved, (string?)type!["name"]),
            Is.EqualTo((200, Devices.LeaseId, 400, 200, "Device"))
        );
        Assert.That((string?)problem!["detail"], Does.Contain("cannot be renamed"));
        Assert.That(((await directory.Get("/Machines")).Status, (await directory.Get("/Devices")).Status), Is.EqualTo((200, 404)));
    }

    [TestCase("GET", "/schemas/urn:x:Nothing")]
    [TestCase("PUT", "/schemas/urn:x:Nothing")]
    [TestCase("DELETE", "/schemas/urn:x:Nothing")]
    [TestCase("GET", "/resource-types/Nothing")]
    [TestCase("PUT", "/resource-types/User")]
    [TestCase("DELETE", "/resource-types/Nothing")]
    public async Task What_is_not_registered_is_not_found(string method, string path)
    {
        var connection = (await _server.Connect()).Id;

        var (status, problem) = await _server.Send(new(method), $"/connections/{connection}{path}", method == "PUT" ? "{}" : null);
        var (elsewhere, _) = await _server.Send(new(method), $"/connections/{Guid.Empty}{path}", method == "PUT" ? "{}" : null);

        Assert.That((status, elsewhere), Is.EqualTo((404, 404)));
        Assert.That((string?)problem!["detail"], Does.Contain("registered no"));
    }

    [Test]
    public async Task What_is_in_use_cannot_be_removed()
    {
        var directory = await Devices.CreateAsync(_server);
        var path = $"/connections/{directory.Connection.Id}";
        var device = await directory.Create("/Devices", """{"serial":"S1"}""");

        var (schema, why) = await _server.Send(HttpMethod.Delete, $"{path}/schemas/{Devices.LeaseId}");
        var (type, reason) = await _server.Send(HttpMethod.Delete, $"{path}/resource-types/Device");
        var (other, _) = await _server.Send(
            HttpMethod.Put,
            $"{path}/resource-types/Device",
            $$"""{"endpoint":"/Devices","schema":"{{Devices.LeaseId}}"}"""
        );
        await directory.Send("DELETE", $"/Devices/{device}");
        var (free, _) = await _server.Send(HttpMethod.Delete, $"{path}/resource-types/Device");
        var (then, _) = await _server.Send(HttpMethod.Delete, $"{path}/schemas/{Devices.LeaseId}");

        Assert.That((schema, type, other, free, then), Is.EqualTo((409, 409, 409, 204, 204)));
        Assert.That(
            ((string?)why!["detail"], (string?)reason!["detail"]),
            Is.EqualTo(
                (
                    "The schema is used by the resource types Device. Take it out of them first.",
                    "There are resources of the type Device, and no request could reach them any more. Delete them first."
                )
            )
        );
    }

    [Test]
    public async Task Admins_who_register_at_once_lose_nothing_of_each_other()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i =>
                    Devices.Accepted(
                        _server,
                        HttpMethod.Post,
                        directory,
                        "/schemas",
                        $$"""{"id":"urn:x:S{{i}}","attributes":[{"name":"a"}]}"""
                    )
                )
        );

        Assert.That(
            (await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/schemas")).Body!["data"]!.AsArray(),
            Has.Count.EqualTo(12)
        );
    }

    static Task<string> Registered(TestDirectory directory) =>
        directory.Ask<string>("SELECT (schemas || resource_types)::text FROM connection_documents WHERE connection_id = $1");
}
