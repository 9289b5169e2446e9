using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class SwaggerTests
{
    static readonly string Snapshot = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/openapi.json"));

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task The_document_describes_every_endpoint_and_how_to_authenticate()
    {
        var document = await DocumentAsync();

        Assert.That((string?)document["components"]!["securitySchemes"]!["bearer"]!["scheme"], Is.EqualTo("bearer"));
        Assert.That(document["security"]!.AsArray(), Has.Count.EqualTo(1));
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).ToList();
        Assert.That(operations, Has.Count.GreaterThanOrEqualTo(6));
        foreach (var (_, operation) in operations)
        {
            Assert.That((string?)operation!["summary"], Is.Not.Empty.And.Not.Null);
            Assert.That(operation["responses"]!.AsObject(), Does.ContainKey("401"));
        }
    }

    [Test]
    public async Task Every_member_of_a_message_is_described_and_has_an_example()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!.AsObject();

        var members = schemas
            .SelectMany(schema =>
                schema.Value!["properties"]?.AsObject().Select(member => (Name: $"{schema.Key}.{member.Key}", Schema: member.Value!)) ?? []
            )
            .ToList();
        Assert.That(members, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            // What refers to another schema has its examples there; problem details are described by RFC 9457.
            Assert.That(
                members
                    .Where(member =>
                        member.Schema["$ref"] is null && member.Schema["items"] is null && !member.Schema.AsObject().ContainsKey("examples")
                    )
                    .Select(member => member.Name),
                Is.Empty
            );
            Assert.That(
                members
                    .Where(member =>
                        member.Schema["$ref"] is null
                        && member.Schema["description"] is null
                        && !member.Name.Contains("ProblemDetails", StringComparison.Ordinal)
                    )
                    .Select(member => member.Name),
                Is.Empty
            );
        });
    }

    /// <summary>A change of the interface is a change of this file, to be seen in a review. <c>SCIM_WRITE_OPENAPI=1</c> writes it anew.</summary>
    [Test]
    public async Task The_document_is_the_one_in_the_docs()
    {
        var served = (await DocumentAsync()).ToJsonString(new() { WriteIndented = true }) + "\n";
        if (Environment.GetEnvironmentVariable("SCIM_WRITE_OPENAPI") == "1")
            await File.WriteAllTextAsync(Snapshot, served);

        Assert.That(served, Is.EqualTo(await File.ReadAllTextAsync(Snapshot)));
    }

    [Test]
    public async Task The_pages_are_there()
    {
        using var client = _server.ClientWith(null);

        Assert.That(await client.GetStringAsync(new Uri("/swagger", UriKind.Relative)), Does.Contain("swagger-ui"));
    }

    async Task<JsonNode> DocumentAsync()
    {
        using var client = _server.ClientWith(null);
        return JsonNode.Parse(await client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative)))!;
    }

    static string Here([CallerFilePath] string file = "") => file;
}
