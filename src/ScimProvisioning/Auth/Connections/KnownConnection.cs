using System.Net;
using Scim;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Connections;

/// <summary>What a login and a request must know of a connection, as it was last read.</summary>
sealed record KnownConnection(
    Guid Id,
    string Key,
    string State,
    Guid? EntraTenantId,
    IReadOnlyList<IPNetwork> AllowedAddresses,
    ResourceTypes Types,
    ConnectionSettings Settings
);
