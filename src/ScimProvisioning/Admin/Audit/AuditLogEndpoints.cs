using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Audit;

/// <summary>The route of the audit log.</summary>
static class AuditLogEndpoints
{
    public static void MapAuditLog(this RouteGroupBuilder admin) =>
        admin
            .MapGroup("/audit-log")
            .WithTag("Audit log", "Every change by an admin.")
            .MapGet(
                "",
                async ([AsParameters] AuditQuery query, [AsParameters] PageRequest page, AuditLogUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(query, page, ct))
            )
            .WithName("listAuditLog")
            .WithSummary("Read what admins have changed, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest);
}
