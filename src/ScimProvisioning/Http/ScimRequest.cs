using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Http;

/// <summary>Who asks, in the store's terms.</summary>
sealed record ScimRequest(Caller Caller)
{
    public static ValueTask<ScimRequest?> BindAsync(HttpContext http)
    {
        var connection = CurrentConnection.Of(http) ?? throw new InvalidOperationException("A SCIM endpoint lacks its authorization policy.");
        var tenantUrl = http.RequestServices.GetRequiredService<PublicUrl>().Of(connection.Key);
        return ValueTask.FromResult<ScimRequest?>(new(new Caller(connection.Id, connection.Types, connection.Settings, tenantUrl, http.TraceIdentifier, $"token:{connection.TokenId}")));
    }
}
