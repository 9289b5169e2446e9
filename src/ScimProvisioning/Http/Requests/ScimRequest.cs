using Scim;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Resources;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Requests;

/// <summary>A request apart from its body: its caller, and what it asks of the resource and of the reply.</summary>
/// <param name="mayRead">Whether its token has the scope <c>read</c>.</param>
sealed class ScimRequest(HttpContext http, Caller caller, bool mayRead)
{
    public Caller Caller => caller;

    /// <summary>For the log of requests.</summary>
    public RequestNote Note { get; } = RequestNote.Of(http);

    /// <summary>
    /// Whether the reply to a write may show the resource. A resource holds more than the write has sent, and a PATCH may send nothing.
    /// </summary>
    public bool MayRead => mayRead;

    /// <summary>The versions of the resource for which the request holds (RFC 7644 §3.14).</summary>
    public Precondition Precondition => EntityTags.Read(http.Request);

    /// <summary>True when the request names attributes to show or to leave out (RFC 7644 §3.9).</summary>
    public bool HasProjection => !string.IsNullOrWhiteSpace(Query("attributes")) || !string.IsNullOrWhiteSpace(Query("excludedAttributes"));

    /// <summary>
    /// What the reply shows of a resource: <c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.9); nothing but its identity to a
    /// caller who may not read.
    /// </summary>
    public AttributeProjection ProjectionOf(ResourceType type) =>
        mayRead ? AttributeProjection.Parse(Query("attributes"), Query("excludedAttributes"), type) : AttributeProjection.OfIdentity(type);

    /// <summary>The resource type behind the name of a collection.</summary>
    /// <exception cref="ScimException">404 when the connection has none of that name.</exception>
    public ResourceType TypeOf(string collection) =>
        caller.Types.ForCollection(collection)
        ?? throw ScimException.NotFound(
            collection.StartsWith(ConnectionKey.Prefix, StringComparison.OrdinalIgnoreCase)
                ? $"'{collection}' is no collection, nor the key of this connection: copy the whole Tenant URL; "
                    + "the collections below it are /Users and /Groups."
                : $"There is no collection '{collection}'. Check the Tenant URL: it ends before /Users and /Groups."
        );

    public static ValueTask<ScimRequest?> BindAsync(HttpContext http)
    {
        var connection =
            CurrentConnection.Of(http) ?? throw new InvalidOperationException("A SCIM endpoint lacks its authorization policy.");
        var known = connection.Connection;
        var tenantUrl = http.RequestServices.GetRequiredService<PublicUrl>().Of(known.Key);
        var caller = new Caller(
            known.Id,
            known.Types,
            known.Settings,
            tenantUrl,
            http.TraceIdentifier,
            connection.Actor,
            TurnWait.Of(http)
        );
        return ValueTask.FromResult<ScimRequest?>(new(http, caller, connection.Scopes.Contains(Token.ReadScope)));
    }

    /// <summary>A parameter that may be given several times, as one list.</summary>
    string Query(string name) => string.Join(',', http.Request.Query[name].ToArray());
}
