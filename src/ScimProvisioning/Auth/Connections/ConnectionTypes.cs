using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.Connections;

/// <summary>The resource types of each connection, read from its documents once and shared by all requests until the documents change.</summary>
sealed class ConnectionTypes
{
    const int Capacity = 10_000;

    readonly ConcurrentDictionary<Guid, (string Schemas, string ResourceTypes, ResourceTypes Types)> _read = [];

    public ResourceTypes Of(Connection connection)
    {
        // A schema is nothing without a type that uses it.
        if (connection.ResourceTypes == "[]")
            return ResourceTypes.BuiltIn;
        if (
            _read.TryGetValue(connection.Id, out var known)
            && known.Schemas == connection.Schemas
            && known.ResourceTypes == connection.ResourceTypes
        )
            return known.Types;

        var types = SchemaReader.Read((JsonArray)JsonNode.Parse(connection.Schemas)!, (JsonArray)JsonNode.Parse(connection.ResourceTypes)!);
        if (_read.Count >= Capacity)
            _read.Clear();
        _read[connection.Id] = (connection.Schemas, connection.ResourceTypes, types);
        return types;
    }
}
