using System.Text.Json;
using System.Text.Json.Serialization;
using Scim;

namespace ScimProvisioning.Api;

/// <summary>Reads a time of RFC 3339. The converter of .NET would accept a time without a zone, and take that of the server.</summary>
sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String
        && DateTimeText.TryParse(reader.GetString()!, out var moment)
        && DateTimeText.HasZone(reader.GetString()!)
            ? moment
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
