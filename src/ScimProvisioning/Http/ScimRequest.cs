using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Http;

/// <summary>Who asks, in the store's terms.</summary>
sealed record ScimRequest(Caller Caller)
{
    public static async ValueTask<ScimRequest?> BindAsync(HttpContext http)
    {
        var connection = await CurrentConnection.BindAsync(http) ?? throw new InvalidOperationException("A SCIM endpoint lacks its authorization policy.");
        var tenantUrl = http.RequestServices.GetRequiredService<PublicUrl>().Of(connection.Key);
        return new(new Caller(connection.Id, tenantUrl, http.TraceIdentifier, $"token:{connection.TokenId}"));
    }
}
