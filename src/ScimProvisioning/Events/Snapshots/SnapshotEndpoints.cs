using ScimProvisioning.Api;

namespace ScimProvisioning.Events.Snapshots;

/// <summary>The routes of snapshots.</summary>
static class SnapshotEndpoints
{
    public static void MapSnapshots(this RouteGroupBuilder api)
    {
        var snapshots = api.MapConnectionGroup("/snapshots").WithTags("Events").WithParameter("snapshotId", "The id of the snapshot.");
        snapshots
            .MapPost(
                "",
                async (Guid id, SnapshotUseCases useCases, CancellationToken ct) =>
                {
                    var snapshot = await useCases.CreateAsync(id, ct);
                    return TypedResults.Accepted($"{ApiRoutes.OfConnection(id)}/snapshots/{snapshot.Id}", snapshot);
                }
            )
            .WithName("createSnapshot")
            .WithSummary("Tell everything that is released of a connection again, in the background")
            .ForApplications()
            .ProducesProblem(StatusCodes.Status409Conflict);
        snapshots
            .MapGet(
                "{snapshotId:guid}",
                async (Guid id, Guid snapshotId, SnapshotUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, snapshotId, ct))
            )
            .WithName("getSnapshot")
            .WithSummary("Read how far a snapshot has come")
            .ForApplications();
    }
}
