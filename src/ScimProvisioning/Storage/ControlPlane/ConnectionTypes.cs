using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>
/// Caches the resource types of connections: they are read from a connection's documents once and shared by all requests until the
/// documents change.
/// </summary>
sealed class ConnectionTypes
{
    const int Capacity = 10_000;

    readonly ConcurrentDictionary<Guid, (string Schemas, string ResourceTypes, ResourceTypes Types)> _read = [];

    /// <param name="documents">What the connection has registered; <c>null</c>: nothing.</param>
    public ResourceTypes Of(ConnectionDocuments? documents)
    {
        // A schema has no effect without a resource type that uses it.
        if (documents is null or { ResourceTypes: "[]" })
            return ResourceTypes.BuiltIn;
        if (
            _read.TryGetValue(documents.ConnectionId, out var known)
            && known.Schemas == documents.Schemas
            && known.ResourceTypes == documents.ResourceTypes
        )
            return known.Types;

        var types = SchemaReader.Read((JsonArray)JsonNode.Parse(documents.Schemas)!, (JsonArray)JsonNode.Parse(documents.ResourceTypes)!);
        if (_read.Count >= Capacity)
            _read.Clear();
        _read[documents.ConnectionId] = (documents.Schemas, documents.ResourceTypes, types);
        return types;
    }
}
