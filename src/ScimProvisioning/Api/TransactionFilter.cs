using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Api;

/// <summary>Every request of the admin API is one <see cref="AdminTransaction"/>; handlers only say what is to be done.</summary>
static class TransactionFilter
{
    public static RouteGroupBuilder InOneTransaction(this RouteGroupBuilder admin)
    {
        admin.AddEndpointFilter(
            async (call, next) =>
            {
                var http = call.HttpContext;
                var work = http.RequestServices.GetRequiredService<AdminTransaction>();
                Task<object?> Handle() => next(call).AsTask();
                Task<object?> Once() =>
                    Idempotency.IsAsked(http.Request)
                        ? http.RequestServices.GetRequiredService<Idempotency>().OnceAsync(http, Handle)
                        : Handle();
                return HttpMethods.IsGet(http.Request.Method)
                    ? await work.ReadAsync(CurrentAdmin.Of(http), Handle, http.RequestAborted)
                    : await work.ChangeAsync(
                        CurrentAdmin.Of(http),
                        http.TraceIdentifier,
                        RequestSource.Address(http),
                        Once,
                        http.RequestAborted
                    );
            }
        );
        return admin;
    }
}
