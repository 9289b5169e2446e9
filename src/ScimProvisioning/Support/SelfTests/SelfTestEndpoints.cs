using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Support.SelfTests;

/// <summary>The route of the self-test.</summary>
static class SelfTestEndpoints
{
    public static void MapSelfTest(this RouteGroupBuilder api) =>
        api.MapConnectionGroup("/self-test")
            .WithTag("Support", "What helps when something is wrong.")
            .MapPost(
                "",
                async (Guid id, HttpContext http, SelfTestUseCases useCases) =>
                    TypedResults.Ok(
                        await useCases.RunAsync(
                            id,
                            (CurrentAdmin.Of(http), http.TraceIdentifier, RequestSource.Address(http)),
                            http.RequestAborted
                        )
                    )
            )
            .WithName("testConnection")
            .WithSummary("Call the public address of the connection as an identity provider would, and say what does not work")
            .WithItsOwnTransactions()
            .ProducesProblem(StatusCodes.Status409Conflict);
}
