using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Compares parts of two documents that are nearly the same, as before and after a change.</summary>
/// <remarks>
/// <see cref="JsonNode.DeepEquals"/> makes a tree of what nobody has looked into yet. To write it costs less: most is equal byte for byte.
/// </remarks>
sealed class JsonComparison : IDisposable
{
    readonly PooledBytes _left = new();
    readonly PooledBytes _right = new();
    Utf8JsonWriter? _json;

    /// <summary>True where <see cref="JsonNode.DeepEquals"/> is.</summary>
    public bool AreEqual(JsonNode? left, JsonNode? right)
    {
        if ((left, right) is not ((JsonObject, JsonObject) or (JsonArray, JsonArray)))
            return JsonNode.DeepEquals(left, right);
        return Written(_left, left!).SequenceEqual(Written(_right, right!)) || JsonNode.DeepEquals(left, right);
    }

    public void Dispose()
    {
        _json?.Dispose();
        _left.Dispose();
        _right.Dispose();
    }

    ReadOnlySpan<byte> Written(PooledBytes to, JsonNode node)
    {
        to.Clear();
        if (_json is null)
            _json = new(to, ScimJson.WriterOptions);
        else
            _json.Reset(to);
        node.WriteTo(_json);
        _json.Flush();
        return to.Written;
    }
}
