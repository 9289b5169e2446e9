using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.House;

/// <summary>docs/api.md: its commands run, and its table of routes is that of the OpenAPI document.</summary>
[TestFixture, Parallelizable]
sealed class ApiPageTests
{
    const string Prefix = "/api/v1";

    /// <summary>Said once above the table: every request may be answered so.</summary>
    static readonly string[] Common = ["401", "403"];

    static readonly string Page = File.ReadAllText(ProjectFolder.Find("docs/api.md"));

    [Test]
    public async Task The_commands_run_as_they_are_printed()
    {
        await using var server = new ScimServer();
        var tasks = PageScript.Blocks(Page).ToList();

        var output = await PageScript.RunAsync(server, string.Join('\n', tasks));

        Assert.That(tasks, Has.Count.GreaterThan(10));
        Assert.That(output, Does.Contain("\"tenantUrl\":").And.Contain("\"access_token\":").And.Contain("\"state\":\"paused\""));
    }

    [Test]
    public void The_routes_are_those_of_the_OpenAPI_document()
    {
        var document = JsonNode.Parse(File.ReadAllText(ProjectFolder.Find("docs/openapi.json")))!;

        var expected = ProjectFolder.Between(Page, "routes", Routes(document));

        ProjectFolder.RequireGenerated("docs/api.md", expected, "SCIM_WRITE_ROUTES", nameof(ApiPageTests));
    }

    /// <summary>A table for each tag.</summary>
    static string Routes(JsonNode document)
    {
        var operations =
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select (Request: Request(operation.Key, path.Key, operation.Value!), Operation: operation.Value!);
        var text = new StringBuilder();
        foreach (var tag in operations.GroupBy(route => (string)route.Operation["tags"]![0]!))
        {
            text.Append($"\n**{tag.Key}**\n\n| request | what it does | body | answers |\n|---|---|---|---|\n");
            foreach (var (request, operation) in tag)
                text.Append($"| {request} | {operation["summary"]} | {Body(operation, document)} | {Answers(operation)} |\n");
        }
        return text.Append('\n').ToString();
    }

    static string Request(string method, string path, JsonNode operation)
    {
        var query = (operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == "query");
        return $"`{method.ToUpperInvariant()} {path[Prefix.Length..]}` {string.Join(", ", query.Select(p => $"`{p!["name"]}`"))}".Trim();
    }

    static string Body(JsonNode operation, JsonNode document)
    {
        if (operation["requestBody"]?["content"]?.AsObject().First() is not { } content)
            return "";
        var schema = content.Value!["schema"]!;
        return (string?)schema["$ref"] is { } name
            ? string.Join(
                ", ",
                document["components"]!["schemas"]![name.Split('/')[^1]]!["properties"]!.AsObject().Select(p => $"`{p.Key}`")
            )
            : $"`{content.Key}`";
    }

    static string Answers(JsonNode operation) =>
        string.Join(" ", operation["responses"]!.AsObject().Select(answer => answer.Key).Except(Common).Order(StringComparer.Ordinal));
}
