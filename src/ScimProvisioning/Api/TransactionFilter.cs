using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Api;

/// <summary>
/// Runs every request of the JSON API in one <see cref="AdminTransaction"/>: no endpoint begins or commits one itself, unless it says so.
/// </summary>
static class TransactionFilter
{
    public static RouteGroupBuilder InOneTransaction(this RouteGroupBuilder endpoints)
    {
        endpoints.AddEndpointFilter(
            async (call, next) =>
            {
                var http = call.HttpContext;
                RequireAccess(http);
                if (http.GetEndpoint()?.Metadata.GetMetadata<RunsItsOwnTransactions>() is not null)
                {
                    Idempotency.Refuse(http.Request);
                    return await next(call);
                }
                var transaction = http.RequestServices.GetRequiredService<AdminTransaction>();
                Task<object?> Handle() => next(call).AsTask();
                Task<object?> Once() =>
                    Idempotency.IsRequested(http.Request)
                        ? http.RequestServices.GetRequiredService<Idempotency>().OnceAsync(http, Handle)
                        : Handle();
                if (HttpMethods.IsGet(http.Request.Method) || http.GetEndpoint()?.Metadata.GetMetadata<ChangesNothing>() is not null)
                    return await transaction.ReadAsync(CurrentAdmin.Of(http), Handle, http.RequestAborted);
                var result = await transaction.ChangeAsync(AdminCaller.Of(http), Once, http.RequestAborted);
                // A change of a person is told in the transaction itself.
                http.RequestServices.GetRequiredService<EventSignal>().Raise();
                return result;
            }
        );
        return endpoints;
    }

    /// <summary>Lets keys of applications use the endpoint too; all others refuse them.</summary>
    public static RouteHandlerBuilder ForApplications(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new ForApplications());

    /// <summary>For an endpoint that takes so long that one transaction would hold up others.</summary>
    public static RouteHandlerBuilder WithItsOwnTransactions(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RunsItsOwnTransactions());

    /// <summary>For an endpoint that is no GET because its question has a body: keys that may only read may use it.</summary>
    public static RouteHandlerBuilder ThatChangesNothing(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new ChangesNothing());

    /// <summary>
    /// For an endpoint whose answer may hold what is known of people: when it is kept, it goes when somebody of the connection is purged.
    /// </summary>
    public static RouteHandlerBuilder ThatTellsOfPeople(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new TellsOfPeople());

    static void RequireAccess(HttpContext http)
    {
        if (CurrentAdmin.Of(http).IsApp && http.GetEndpoint()?.Metadata.GetMetadata<ForApplications>() is null)
            throw ProblemException.Forbidden(
                "This key has the scope app: it reads users, groups and events, and writes appUserId, localAttributes and attributes that "
                    + "are not managed. For anything else, use a key of the scope full or read."
            );
    }
}

/// <summary>Metadata of an endpoint that keys of the scope <c>app</c> may use.</summary>
sealed record ForApplications;

/// <summary>Metadata of an endpoint that changes nothing.</summary>
sealed record ChangesNothing;

/// <summary>Metadata of an endpoint whose answer may hold what is known of people.</summary>
sealed record TellsOfPeople;

/// <summary>Metadata of an endpoint that begins and commits its transactions itself.</summary>
sealed record RunsItsOwnTransactions;
