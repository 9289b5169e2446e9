using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class SwaggerTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task The_document_describes_every_endpoint_and_how_to_authenticate()
    {
        using var client = _server.ClientWith(null);

        var document = JsonNode.Parse(await client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative)))!;

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
    public async Task The_pages_are_there()
    {
        using var client = _server.ClientWith(null);

        Assert.That(await client.GetStringAsync(new Uri("/swagger", UriKind.Relative)), Does.Contain("swagger-ui"));
    }
}
