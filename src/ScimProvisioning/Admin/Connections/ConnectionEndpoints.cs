using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Connections;

/// <summary>The routes of connections and their settings.</summary>
static class ConnectionEndpoints
{
    /// <summary>The heading of these endpoints, and of those that change the state, in the OpenAPI document.</summary>
    public const string Tag = "Connections";

    public static void MapConnections(this RouteGroupBuilder admin)
    {
        MapCollection(admin);
        MapCollectionOfOrganization(admin);
        MapSingle(admin);
        MapSettings(admin);
    }

    static void MapCollection(RouteGroupBuilder admin)
    {
        var connections = admin
            .MapGroup(ApiRoutes.Connections)
            .WithTag(Tag, "A connection is one identity provider that pushes one directory of users and groups.")
            .WithParameter("organizationId", "Only those of this organization.");
        connections
            .MapPost(
                "",
                async (CreateConnectionRequest request, ConnectionUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateAsync(request, ct);
                    return TypedResults.Created(ApiRoutes.OfConnection(created.Id), created);
                }
            )
            .WithName("createConnection")
            .WithSummary("Create a connection")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        connections
            .MapGet(
                "",
                async (
                    [FromQuery] Guid? organizationId,
                    [AsParameters] ConnectionQuery query,
                    [AsParameters] PageRequest page,
                    ConnectionUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListAsync(organizationId, query, page, ct))
            )
            .WithName("listConnections")
            .WithSummary("List connections, oldest first")
            .ProducesValidationProblem();
    }

    static void MapCollectionOfOrganization(RouteGroupBuilder admin)
    {
        var connections = admin
            .MapGroup(ApiRoutes.Organizations + "/{organizationId:guid}" + ApiRoutes.Connections)
            .WithTags(Tag)
            .WithParameter("organizationId", "The id of the organization.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        connections
            .MapPost(
                "",
                async (Guid organizationId, CreateConnectionRequest request, ConnectionUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateInAsync(organizationId, request, ct);
                    return TypedResults.Created(ApiRoutes.OfConnection(created.Id), created);
                }
            )
            .WithName("createConnectionOfOrganization")
            .WithSummary("Create a connection of an organization")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        connections
            .MapGet(
                "",
                async (
                    Guid organizationId,
                    [AsParameters] ConnectionQuery query,
                    [AsParameters] PageRequest page,
                    ConnectionUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListInAsync(organizationId, query, page, ct))
            )
            .WithName("listConnectionsOfOrganization")
            .WithSummary("List the connections of an organization, oldest first")
            .ProducesValidationProblem();
    }

    static void MapSingle(RouteGroupBuilder admin)
    {
        var connection = admin.MapConnectionGroup("").WithTags(Tag);
        connection
            .MapGet(
                "",
                async (Guid id, ConnectionUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct))
            )
            .WithName("getConnection")
            .WithSummary("Read a connection");
        connection
            .MapPatch(
                "",
                async (Guid id, UpdateConnectionRequest request, ConnectionUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.UpdateAsync(id, request, ct))
            )
            .WithName("updateConnection")
            .WithSummary("Change a connection; its Tenant URL and its tokens stay")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    static void MapSettings(RouteGroupBuilder admin)
    {
        var settings = admin.MapConnectionGroup("/settings").WithTags(Tag);
        settings
            .MapGet(
                "",
                async (Guid id, ConnectionUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetSettingsAsync(id, ct))
            )
            .WithName("getConnectionSettings")
            .WithSummary("Read the settings of a connection");
        settings
            .MapPatch(
                "",
                async (Guid id, ConnectionSettingsRequest request, ConnectionUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.UpdateSettingsAsync(id, request, ct))
            )
            .WithName("updateConnectionSettings")
            .WithSummary("Change some settings of a connection, from the next request on")
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }
}
