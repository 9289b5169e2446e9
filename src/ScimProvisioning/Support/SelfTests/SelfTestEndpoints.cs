using ScimProvisioning.Api;

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
                    TypedResults.Ok(await useCases.RunAsync(id, AdminCaller.Of(http), http.RequestAborted))
            )
            .WithName("testConnection")
            .WithSummary("Call the public address of the connection as an identity provider would, and say what does not work")
            .WithItsOwnTransactions()
            .ProducesProblem(StatusCodes.Status409Conflict);
}
