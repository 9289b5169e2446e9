using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Directory;

/// <summary>Compares messages by what they say: the lists in records are compared by reference otherwise.</summary>
static class SameJson
{
    public static bool Are<T>(T one, T other) =>
        JsonNode.DeepEquals(
            JsonSerializer.SerializeToNode(one, JsonSerializerOptions.Web),
            JsonSerializer.SerializeToNode(other, JsonSerializerOptions.Web)
        );
}
