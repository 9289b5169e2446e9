using Scim;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Storage.Resources;

/// <summary>Who asks, as far as the store must know.</summary>
/// <param name="ConnectionId">The tenant: every statement is confined to it.</param>
/// <param name="Types">The resource types of the connection.</param>
/// <param name="Settings">How the connection wants it where clients disagree.</param>
/// <param name="BaseUrl">The connection's Tenant URL, without a trailing slash; <c>$ref</c> and <c>meta.location</c> begin with it.</param>
/// <param name="RequestId">Written to the change log.</param>
/// <param name="Actor">Written to the change log, such as <c>token:{id}</c>.</param>
/// <param name="Waited">How long the request has waited for its turn, which counts to the time that it may take.</param>
sealed record Caller(
    Guid ConnectionId,
    ResourceTypes Types,
    ConnectionSettings Settings,
    string BaseUrl,
    string RequestId,
    string Actor,
    TimeSpan Waited = default
);
