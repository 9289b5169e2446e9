using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Http;

/// <summary>What this server can do, for clients that ask (RFC 7644 §4).</summary>
static class DiscoveryEndpoints
{
    public static void Map(RouteGroupBuilder scim)
    {
        scim.MapGet("ServiceProviderConfig", Config);
        scim.MapGet("ResourceTypes", (HttpRequest http, ScimRequest request) => List(http, request.Caller.Types.All.Select(type => Document(type, request))));
        scim.MapGet("ResourceTypes/{name}", (string name, ScimRequest request) =>
            Found(request.Caller.Types.Named(name), type => Document(type, request), name));
        scim.MapGet("Schemas", (HttpRequest http, ScimRequest request) => List(http, request.Caller.Types.Schemas.Select(schema => Document(schema, request))));
        scim.MapGet("Schemas/{id}", (string id, ScimRequest request) =>
            Found(request.Caller.Types.Schemas.FirstOrDefault(schema => schema.Id.Equals(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), StringComparison.OrdinalIgnoreCase)), schema => Document(schema, request), id));
        foreach (var path in (string[])["ServiceProviderConfig", "ResourceTypes/{name?}", "Schemas/{id?}"])
            scim.Map(path, () => ScimResult.NotAllowed("GET"));
    }

    static ScimResult Config(ScimRequest request) => ScimResult.Ok(new JsonObject
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
        ["patch"] = Supported(true),
        ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = SearchEndpoints.MaxCount },
        ["changePassword"] = Supported(false),
        ["sort"] = Supported(false),
        ["etag"] = Supported(true),
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken",
            ["name"] = "Secret Token",
            ["description"] = "A secret token of the connection, sent as OAuth bearer token (RFC 6750).",
            ["specUri"] = "https://www.rfc-editor.org/rfc/rfc6750",
            ["primary"] = true,
        }),
        ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = $"{request.Caller.BaseUrl}/ServiceProviderConfig" },
    });

    static JsonObject Supported(bool supported) => new() { ["supported"] = supported };

    static JsonObject Document(ResourceType type, ScimRequest request) => DiscoveryDocuments.ForResourceType(type, $"{request.Caller.BaseUrl}/ResourceTypes/{type.Name}");

    static JsonObject Document(SchemaDefinition schema, ScimRequest request) => DiscoveryDocuments.ForSchema(schema, $"{request.Caller.BaseUrl}/Schemas/{schema.Id.Replace("/", "%2F", StringComparison.Ordinal)}");

    static ScimResult Found<T>(T? item, Func<T, JsonObject> document, string name) where T : class =>
        item is null ? throw ScimException.NotFound($"There is no '{name}' here.") : ScimResult.Ok(document(item));

    static ScimResult List(HttpRequest http, IEnumerable<JsonObject> documents)
    {
        // RFC 7644 §4: a client must not believe that the documents fit a filter.
        if (http.Query.ContainsKey("filter")) throw ScimException.Forbidden("Schemas and resource types cannot be filtered: read them all.");
        var resources = new JsonArray([.. documents]);
        return ScimResult.Ok(new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
            ["totalResults"] = resources.Count,
            ["startIndex"] = 1,
            ["itemsPerPage"] = resources.Count,
            ["Resources"] = resources,
        });
    }
}
