using System.Net;
using Scim;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Connections;

/// <summary>What the database says about a connection, as far as a login must know.</summary>
sealed record KnownConnection(
    Guid Id,
    string Key,
    string State,
    Guid? EntraTenantId,
    IReadOnlyList<IPNetwork> AllowedAddresses,
    ResourceTypes Types,
    ConnectionSettings Settings
);
