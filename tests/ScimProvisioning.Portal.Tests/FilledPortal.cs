using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Portal;
using static ScimProvisioning.Tests.Portal.PortalTest;

namespace ScimProvisioning.Tests.Portal;

/// <summary>
/// A connection that has something on each page, and the addresses of all pages. Whatever an identity provider can fill holds markup, a
/// change of direction and a word without an end.
/// </summary>
sealed class FilledPortal
{
    public const string Script = "<script>window.hacked=1</script>";

    const string Markup = $"{Script}\"><img src=x onerror=window.hacked=1>";

    readonly Dictionary<string, string> _ids = [];

    FilledPortal(Guid organization, Guid connection) => (Organization, Connection) = (organization, connection);

    public Guid Organization { get; }

    public Guid Connection { get; }

    /// <summary>The addresses of all pages, those of operators too.</summary>
    public IReadOnlyList<string> Pages =>
        [
            .. PortalFixture
                .Server.Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(route => route.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
                .SelectMany(route => AddressesOf("/" + route.RoutePattern.RawText!.TrimStart('/'))),
        ];

    static string Hostile(string field) => $"{field}{Markup}\u202eشركة{new string('w', 150)}";

    public static async Task<FilledPortal> CreateAsync()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra.As("agent" + Markup);
        var portal = new FilledPortal(organization, connection);
        await portal.SendAsync(entra);
        await portal.SetUpAsync();
        return portal;
    }

    /// <summary>What the identity provider sends, of which some is refused.</summary>
    async Task SendAsync(Entra entra)
    {
        using var wrong = (await Entra.WithWrongTokenAsync(PortalFixture.Server, Connection)).As("agent" + Markup);
        await wrong.TestConnectionAsync();
        var user = await entra.CreateAsync(Hostile("userName"), User());
        await entra.SetAsync(user, "displayName", Hostile("displayName"));
        await entra.RefusedAsync(Hostile("userName"), 409, User());
        // Another with the same mail address.
        await entra.CreateAsync(Hostile("other"), [.. User().Where(attribute => attribute.Name != "externalId")]);
        var group = await entra.CreateGroupAsync(Hostile("group"), user);
        await entra.SetOfGroupAsync(group, "externalId", Hostile("groupId"));
        await entra.AskAsync($"Users/{Uri.EscapeDataString(Hostile("path"))}");
        await entra.AskAsync($"Users?filter={Uri.EscapeDataString(Hostile("filter"))}");
        await Released(Connection, 2);
        foreach (var list in (string[])["runs", "failed-logins"])
            await Wait.UntilAsync(async () => (await Get($"/connections/{Connection}/{list}"))["data"]!.AsArray().Count > 0, list);
        (_ids["users"], _ids["groups"]) = (user.ToString(), group.ToString());
        _ids["runs"] = (string)(await Get($"/connections/{Connection}/runs"))["data"]![0]!["id"]!;
    }

    /// <summary>What admins and operators have made.</summary>
    async Task SetUpAsync()
    {
        var nobody = new JsonObject { ["mode"] = "groups", ["groups"] = new JsonArray(new JsonObject { ["name"] = "Nobody" }) };
        _ids["plans"] = (string)(await Post($"/connections/{Connection}/plans", new() { ["scope"] = nobody }))["id"]!;
        var endpoint = new JsonObject
        {
            ["url"] = "http://127.0.0.1:9/hooks",
            ["organizationId"] = Organization,
            ["description"] = "description" + Markup,
        };
        _ids["webhooks"] = (string)(await Post("/webhook-endpoints", endpoint))["id"]!;
        var link = await Post("/portal-links", new() { ["organizationId"] = Organization });
        _ids["secret"] = ((string)link["url"]!).Split('/')[^1];
    }

    static (string Name, JsonNode Value)[] User() =>
        [
            ("externalId", Hostile("externalId")),
            ("displayName", Hostile("firstName")),
            ("nickName", Hostile("nickName")),
            ("title", Hostile("title")),
            ("userType", Hostile("userType")),
            ("preferredLanguage", Hostile("preferredLanguage")),
            ("locale", Hostile("locale")),
            ("timezone", Hostile("timezone")),
            ("name", Of("formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix")),
            ("emails", new JsonArray(Of("value", "display", "type"))),
            ("phoneNumbers", new JsonArray(Of("value", "display", "type"))),
            ("roles", new JsonArray(Of("value", "display", "type"))),
            ("addresses", new JsonArray(Of("formatted", "streetAddress", "locality", "region", "postalCode", "country", "type"))),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                Of("employeeNumber", "costCenter", "organization", "division", "department")
            ),
        ];

    static JsonObject Of(params string[] attributes) =>
        new(attributes.Select(name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create(Hostile(name)))));

    IEnumerable<string> AddressesOf(string route)
    {
        var address = route.Replace("{connection:guid}", Connection.ToString(), StringComparison.Ordinal);
        foreach (var (name, id) in _ids)
            address = address
                .Replace($"{name}/{{id:guid}}", $"{name}/{id}", StringComparison.Ordinal)
                .Replace($"{{{name}}}", id, StringComparison.Ordinal);
        Assert.That(address, Does.Not.Contain('{'), "A page about something that the filled portal has not.");
        return address.Split('/')[^1] switch
        {
            "portal" => [],
            "connections" or "new" => [$"{address}?organizationId={Organization}"],
            "setup" => SetupProgress.Steps.Select(step => $"{address}?step={step}"),
            "why" => [address, .. ((string[])["userName", "other"]).Select(name => $"{address}?q={Uri.EscapeDataString(Hostile(name))}")],
            "users" => [address, $"{address}?status=waiting"],
            "requests" => [address, $"{address}?run={_ids["runs"]}"],
            _ => [address],
        };
    }
}
