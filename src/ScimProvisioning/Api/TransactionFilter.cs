using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Api;

/// <summary>Runs every request of the JSON API in one <see cref="AdminTransaction"/>: no endpoint begins or commits one itself.</summary>
static class TransactionFilter
{
    public static RouteGroupBuilder InOneTransaction(this RouteGroupBuilder endpoints)
    {
        endpoints.AddEndpointFilter(
            async (call, next) =>
            {
                var http = call.HttpContext;
                var transaction = http.RequestServices.GetRequiredService<AdminTransaction>();
                Task<object?> Handle() => next(call).AsTask();
                Task<object?> Once() =>
                    Idempotency.IsRequested(http.Request)
                        ? http.RequestServices.GetRequiredService<Idempotency>().OnceAsync(http, Handle)
                        : Handle();
                return HttpMethods.IsGet(http.Request.Method)
                    ? await transaction.ReadAsync(CurrentAdmin.Of(http), Handle, http.RequestAborted)
                    : await transaction.ChangeAsync(
                        CurrentAdmin.Of(http),
                        http.TraceIdentifier,
                        RequestSource.Address(http),
                        Once,
                        http.RequestAborted
                    );
            }
        );
        return endpoints;
    }
}
