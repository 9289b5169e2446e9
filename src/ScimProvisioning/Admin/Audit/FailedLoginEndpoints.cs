using ScimProvisioning.Api;
using ScimProvisioning.Auth.Throttling;

namespace ScimProvisioning.Admin.Audit;

/// <summary>The route of the failed logins of a connection.</summary>
static class FailedLoginEndpoints
{
    public static void MapFailedLogins(this RouteGroupBuilder admin) =>
        admin
            .MapConnectionGroup("/failed-logins")
            .WithTag("Failed logins", "The logins that a connection has refused, and why.")
            .MapGet(
                "",
                async (Guid id, [AsParameters] PageRequest page, FailedLoginUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, page, ct))
            )
            .WithName("listFailedLogins")
            .WithSummary($"Read who could not log in, and why: the last {FailedLoginLog.Kept}, newest first")
            .ProducesValidationProblem();
}
