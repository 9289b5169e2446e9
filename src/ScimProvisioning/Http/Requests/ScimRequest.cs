using Scim;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Requests;

/// <summary>Who asks, in the store's terms.</summary>
sealed record ScimRequest(Caller Caller)
{
    /// <summary>The resource type behind the name of a collection.</summary>
    /// <exception cref="ScimException">404 when the connection has none of that name.</exception>
    public ResourceType TypeOf(string collection) =>
        Caller.Types.ForCollection(collection)
        ?? throw ScimException.NotFound(
            collection.StartsWith(ConnectionKey.Prefix, StringComparison.Ordinal)
                ? $"'{collection}' is no collection, nor the key of this connection: copy the whole Tenant URL; the collections below it are /Users and /Groups."
                : $"There is no collection '{collection}'. Check the Tenant URL: it ends before /Users and /Groups."
        );

    public static ValueTask<ScimRequest?> BindAsync(HttpContext http)
    {
        var connection =
            CurrentConnection.Of(http) ?? throw new InvalidOperationException("A SCIM endpoint lacks its authorization policy.");
        var known = connection.Connection;
        var tenantUrl = http.RequestServices.GetRequiredService<PublicUrl>().Of(known.Key);
        return ValueTask.FromResult<ScimRequest?>(
            new(new Caller(known.Id, known.Types, known.Settings, tenantUrl, http.TraceIdentifier, connection.Actor))
        );
    }
}
