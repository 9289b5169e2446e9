using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Activity.Requests;

/// <summary>What people know a resource by.</summary>
/// <param name="Name"><c>userName</c>, else <c>displayName</c>.</param>
readonly record struct ResourceNames(string? Name, string? ExternalId)
{
    /// <summary>Of a resource as it is stored. Every request passes here, so that the document is only skimmed.</summary>
    public static ResourceNames In(ReadOnlySpan<byte> document)
    {
        var (userName, displayName, externalId) = ((string?)null, (string?)null, (string?)null);
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var (isUserName, isDisplayName, isExternalId) = (
                reader.ValueTextEquals("userName"u8),
                reader.ValueTextEquals("displayName"u8),
                reader.ValueTextEquals("externalId"u8)
            );
            reader.Read();
            if (reader.TokenType is not JsonTokenType.String)
                reader.Skip();
            else if (isUserName)
                userName = reader.GetString();
            else if (isDisplayName)
                displayName = reader.GetString();
            else if (isExternalId)
                externalId = reader.GetString();
        }
        return new(userName ?? displayName, externalId);
    }

    /// <summary>Of a write as it was sent.</summary>
    public static ResourceNames In(JsonObject? body) =>
        body is null ? default : new(Text(body, "userName") ?? Text(body, "displayName"), Text(body, "externalId"));

    static string? Text(JsonObject body, string name) =>
        body.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
        && value.TryGetValue(out string? text)
            ? text
            : null;
}
