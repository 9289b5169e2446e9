using Microsoft.AspNetCore.Http.HttpResults;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Connections;

/// <summary>The settings of a connection, to be changed; what is absent or null stays as it is.</summary>
/// <param name="UniqueGroupNames">No two groups have the same displayName; applies to groups as they are written.</param>
/// <param name="GroupPatchReturnsResource">A PATCH of a group answers 200 with the group, never 204.</param>
/// <param name="IgnoreUnknownAttributes">A PATCH skips operations on attributes that no schema knows, as POST and PUT do, instead of refusing them.</param>
/// <param name="AcceptEntraTokens">Once the connection has an Entra tenant id, tokens that Entra issues for this tenant open it.</param>
sealed record ChangeSettingsRequest(
    bool? UniqueGroupNames,
    bool? GroupPatchReturnsResource,
    bool? IgnoreUnknownAttributes,
    bool? AcceptEntraTokens
)
{
    public ConnectionSettings Over(ConnectionSettings current) =>
        new(
            UniqueGroupNames ?? current.UniqueGroupNames,
            GroupPatchReturnsResource ?? current.GroupPatchReturnsResource,
            IgnoreUnknownAttributes ?? current.IgnoreUnknownAttributes,
            AcceptEntraTokens ?? current.AcceptEntraTokens
        );
}

/// <summary>What a connection does where clients disagree.</summary>
static class ConnectionSettingsEndpoints
{
    public static void MapConnectionSettings(this RouteGroupBuilder admin)
    {
        var settings = admin
            .MapGroup(ApiRoutes.Connection + "/settings")
            .WithTags("Connections")
            .ProducesProblem(StatusCodes.Status404NotFound);
        settings.MapGet("", Get).WithSummary("Read the settings of a connection");
        settings
            .MapPatch("", Patch)
            .WithSummary("Change some settings of a connection, from the next request on")
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    static async Task<Ok<ConnectionSettings>> Get(Guid id, ScimDbContext db, CancellationToken ct) =>
        TypedResults.Ok((await db.ReadConnectionAsync(id, ct)).Settings);

    static async Task<Ok<ConnectionSettings>> Patch(
        Guid id,
        ChangeSettingsRequest request,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var before = connection.Settings;
        connection.Settings = request.Over(before);
        if (connection.Settings != before)
            await work.RecordAsync(
                "connection.updated",
                connection,
                nameof(Connection),
                id,
                new { settings = before },
                new { settings = connection.Settings },
                ct
            );
        return TypedResults.Ok(connection.Settings);
    }
}
