using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>Calls of an application that reads people and groups, and imports its own.</summary>
static class AppCalls
{
    /// <summary>A client with a key of the scope <c>app</c>.</summary>
    public static async Task<HttpClient> App(this ScimServer server, Guid? organization = null)
    {
        var of = organization is { } id ? $$""","organizationId":"{{id}}" """ : "";
        var (status, body) = await server.Send(HttpMethod.Post, "/admin-keys", $$"""{"label":"app","scope":"app"{{of}}}""");
        Assert.That(status, Is.EqualTo(201), $"{body}");
        return server.ClientWith((string)body!["key"]!);
    }

    /// <summary>The people of a connection that a look-up finds.</summary>
    public static async Task<List<JsonObject>> People(this ScimServer server, AppView app, string query = "")
    {
        var (status, body) = await server.Send(HttpMethod.Get, $"/users?connectionId={app.Connection}{query}");
        Assert.That(status, Is.EqualTo(200), $"{query}: {body}");
        return [.. body!["data"]!.AsArray().Select(person => (JsonObject)person!)];
    }

    /// <summary>The only person of a connection that a look-up finds.</summary>
    public static async Task<JsonObject> Person(this ScimServer server, AppView app, string query = "") =>
        (await server.People(app, query)).Single();

    /// <summary>Imports a file.</summary>
    public static async Task<(int Status, JsonNode Body)> Import(
        this ScimServer server,
        AppView app,
        string file,
        string type = "application/x-ndjson",
        string query = ""
    )
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await server.Admin.PostAsync(
            new Uri($"/api/v1/connections/{app.Connection}/imports{query}", UriKind.Relative),
            content
        );
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Created, updated and failed of an import that was completed.</summary>
    public static async Task<(long, long, long)> Imported(
        this ScimServer server,
        AppView app,
        string file,
        string type = "application/x-ndjson"
    )
    {
        var (status, body) = await server.Import(app, file, type);
        Assert.That((status, (string?)body["state"]), Is.EqualTo((201, "completed")), $"{body}");
        return ((long)body["created"]!, (long)body["updated"]!, (long)body["failed"]!);
    }

    /// <summary>What an action of the audit log was about, as far as its last entries tell.</summary>
    public static async Task<List<string>> Audited(this ScimServer server, string action)
    {
        var (_, audit) = await server.Send(HttpMethod.Get, $"/audit-log?action={action}&limit=200");
        return [.. audit!["data"]!.AsArray().Select(entry => (string)entry!["targetId"]!)];
    }

    /// <summary>Two people without a SCIM resource in a connection.</summary>
    public static async Task<(string First, string Second)> TwoPeople(this ScimServer server, Guid connection)
    {
        using var content = new StringContent(
            """{"uid":"1"}""" + "\n" + """{"uid":"2"}""",
            new MediaTypeHeaderValue("application/x-ndjson")
        );
        using var response = await server.Admin.PostAsync(new Uri($"/api/v1/connections/{connection}/imports", UriKind.Relative), content);
        var (_, people) = await server.Send(HttpMethod.Get, $"/users?connectionId={connection}");
        return ((string)people!["data"]![0]!["id"]!, (string)people["data"]![1]!["id"]!);
    }
}
