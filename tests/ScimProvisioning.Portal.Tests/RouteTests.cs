using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Every route of the portal, whatever pages there are: none shows what is another's.</summary>
[TestFixture]
sealed class RouteTests : PortalTest
{
    const string Secret = "Secret name";

    static List<RouteEndpoint> Closed =>
        [
            .. Server
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is null)
                .Where(route => route.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart { Content: "portal" }] }, ..])
                // Who signs out has nothing to see.
                .Where(route => !route.RoutePattern.RawText!.EndsWith("/sign-out", StringComparison.Ordinal)),
        ];

    [Test]
    public async Task No_route_shows_a_session_what_is_of_another_organization()
    {
        var (ours, theirs) = (await NewOrganization(), await NewOrganization(Secret));
        var (mine, other) = (await NewConnection(ours, "Ours"), await NewConnection(theirs, Secret));
        using var client = await PlainClient.OpenAsync(Server, await NewLink(ours));
        Assert.That((await client.GetAsync($"/portal/connections/{mine}")).Status, Is.EqualTo(200));
        Assert.That(Closed, Has.Count.GreaterThan(5));

        foreach (var route in Closed)
        {
            var path = Filled(route, other);
            foreach (var asked in (string[])[path, $"{path}?organizationId={theirs}&connectionId={other}"])
            {
                var (status, text, _) = await client.GetAsync(asked);
                Assert.That(text, Does.Not.Contain(Secret), asked);
                if (route.RoutePattern.Parameters is not [])
                    Assert.That(status, Is.AnyOf(404, 405), asked);
            }
            if (route.RoutePattern.Parameters is not [] && !path.Contains("/live/", StringComparison.Ordinal))
            {
                object[] refused = route.Metadata.GetMetadata<HttpMethodMetadata>() is { HttpMethods: ["GET"] } ? [405] : [400, 404];
                Assert.That((await client.PostWithTokenAsync("/portal/connections", path)).Status, Is.AnyOf(refused), path);
            }
        }
        Assert.That((string)(await Server.Send(HttpMethod.Get, $"/connections/{other}")).Body!["name"]!, Is.EqualTo(Secret));
    }

    [Test]
    public async Task No_route_shows_a_link_to_one_connection_another_one_or_what_is_of_all()
    {
        var organization = await NewOrganization();
        var (mine, other) = (await NewConnection(organization, "Mine"), await NewConnection(organization, Secret));
        using var client = await PlainClient.OpenAsync(Server, await NewLink(organization, ("connectionId", JsonValue.Create(mine))));
        Assert.That((await client.GetAsync($"/portal/connections/{mine}")).Status, Is.EqualTo(200));

        foreach (var path in Closed.Select(route => Filled(route, other)))
        {
            var (status, text, location) = await client.GetAsync(path);
            Assert.That(text, Does.Not.Contain(Secret), path);
            Assert.That(status is 404 or 405 || location == $"/portal/connections/{mine}", Is.True, $"{path}: {status} {location}");
        }
    }

    /// <summary>The path of a route, with this id wherever it takes one.</summary>
    static string Filled(RouteEndpoint route, Guid id)
    {
        var parts = route.RoutePattern.PathSegments.Select(segment =>
            segment.Parts[0] switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternParameterPart value when value.ParameterPolicies.Any(policy => policy.Content is "int" or "long") => "1",
                _ => id.ToString(),
            }
        );
        return "/" + string.Join('/', parts);
    }
}
