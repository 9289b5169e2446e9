using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;

namespace ScimProvisioning.Http.Discovery;

/// <summary>What this server can do, for clients that ask (RFC 7644 §4).</summary>
static class DiscoveryEndpoints
{
    public static void Map(RouteGroupBuilder scim)
    {
        var discovery = scim.MapGroup("").AddEndpointFilter(NoteAsync).AddEndpointFilter(RefuseFilter);
        discovery.MapMethods(
            "ServiceProviderConfig",
            ScimRoutes.ReadMethods,
            (ScimRequest request) =>
                new DiscoveryResult(
                    ServiceProviderConfig.Document(
                        $"{request.Caller.BaseUrl}/ServiceProviderConfig",
                        request.Caller.Settings.AnnouncePagination
                    )
                )
        );
        discovery.MapMethods(
            "ResourceTypes",
            ScimRoutes.ReadMethods,
            (ScimRequest request) => List(request.Caller.Types.All.Select(type => Document(type, request)))
        );
        discovery.MapMethods(
            "ResourceTypes/{name}",
            ScimRoutes.ReadMethods,
            (string name, ScimRequest request) => Found(request.Caller.Types.Named(name), type => Document(type, request), name)
        );
        discovery.MapMethods(
            "Schemas",
            ScimRoutes.ReadMethods,
            (ScimRequest request) => List(Schemas(request).Select(schema => Document(schema, request)))
        );
        discovery.MapMethods(
            "Schemas/{id}",
            ScimRoutes.ReadMethods,
            (string id, ScimRequest request) =>
                Found(
                    Schemas(request)
                        .FirstOrDefault(schema =>
                            schema.Id.Equals(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), StringComparison.OrdinalIgnoreCase)
                        ),
                    schema => Document(schema, request),
                    id
                )
        );
        foreach (var path in (string[])["ServiceProviderConfig", "ResourceTypes/{name?}", "Schemas/{id?}"])
            scim.Map(path, () => ScimResult.NotAllowed("GET, HEAD"));
    }

    static ValueTask<object?> NoteAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        RequestNote.Of(context.HttpContext).Operation = RequestOperation.Discovery;
        return next(context);
    }

    /// <summary>RFC 7644 §4: a client must not believe that the documents fit a filter.</summary>
    static ValueTask<object?> RefuseFilter(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        !string.IsNullOrWhiteSpace(context.HttpContext.Request.Query["filter"])
            ? throw ScimException.Forbidden("Schemas, resource types and the configuration cannot be filtered: read them all.")
            : next(context);

    static IEnumerable<SchemaDefinition> Schemas(ScimRequest request) => request.Caller.Types.Schemas.Concat(DiscoverySchemas.All);

    static JsonObject Document(ResourceType type, ScimRequest request) =>
        DiscoveryDocuments.ForResourceType(type, $"{request.Caller.BaseUrl}/ResourceTypes/{type.Name}");

    static JsonObject Document(SchemaDefinition schema, ScimRequest request) =>
        DiscoveryDocuments.ForSchema(schema, $"{request.Caller.BaseUrl}/Schemas/{schema.Id.Replace("/", "%2F", StringComparison.Ordinal)}");

    static DiscoveryResult Found<T>(T? item, Func<T, JsonObject> document, string name)
        where T : class => item is null ? throw ScimException.NotFound($"There is no '{name}' here.") : new(document(item));

    static DiscoveryResult List(IEnumerable<JsonObject> documents)
    {
        var resources = new JsonArray([.. documents]);
        return new(
            new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
                ["totalResults"] = resources.Count,
                ["startIndex"] = 1,
                ["itemsPerPage"] = resources.Count,
                ["Resources"] = resources,
            }
        );
    }
}
