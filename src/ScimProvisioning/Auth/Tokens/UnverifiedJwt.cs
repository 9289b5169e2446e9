using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>
/// What a JWT says before its signature was checked: good enough to choose the key or the connection to check it with, never to be trusted.
/// </summary>
/// <param name="Algorithm">The <c>alg</c>.</param>
/// <param name="KeyId">The <c>kid</c>.</param>
/// <param name="Issuer">The <c>iss</c>.</param>
/// <param name="Subject">The <c>sub</c>.</param>
/// <param name="Audiences">The <c>aud</c>, of which there may be several.</param>
sealed record UnverifiedJwt(string? Algorithm, string? KeyId, string? Issuer, string? Subject, IReadOnlyList<string> Audiences)
{
    /// <summary>The only algorithm that is accepted of other issuers.</summary>
    public const string RS256 = "RS256";

    // The greatest time of .NET, and of the library that checks the token.
    const double LastSecond = 253_402_300_799;

    // The types that RFC 7515 §4.1 and RFC 7519 §4.1 give to these names. The library that checks the token fails over others.
    static readonly string[] HeaderTexts = ["alg", "kid", "typ", "cty", "x5t"];
    static readonly string[] PayloadTexts = ["iss", "sub", "jti"];
    static readonly string[] PayloadTimes = ["exp", "nbf", "iat"];

    // With two members of one name, this reader and the one that checks the token could each take another.
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The <c>alg</c> alone.</summary>
    public static string? AlgorithmOf(string token) => Text(Part(token.Split('.', 2)[0]), "alg");

    /// <summary>
    /// <c>null</c> when it is not a signed JWT (RFC 7515 §7.1), a registered member has another type than the RFC gives it, or it has an
    /// extension that must be understood (§4.1.11): no such extension is known here.
    /// </summary>
    public static UnverifiedJwt? Read(string? token)
    {
        if (token?.Split('.') is not [var first, var second, _] || Part(first) is not { } header || Part(second) is not { } payload)
            return null;
        if (
            header.ContainsKey("crit")
            || !All(header, HeaderTexts, IsText)
            || !All(payload, PayloadTexts, IsText)
            || !All(payload, PayloadTimes, IsTime)
            || !All(payload, ["aud"], audience => audience is JsonArray several ? several.All(IsText) : IsText(audience))
        )
            return null;
        return new(Text(header, "alg"), Text(header, "kid"), Text(payload, "iss"), Text(payload, "sub"), Audience(payload));
    }

    static IReadOnlyList<string> Audience(JsonObject payload) =>
        payload["aud"] is JsonArray several ? [.. several.Select(one => Text(one) ?? "")]
        : Text(payload["aud"]) is { } one ? [one]
        : [];

    /// <summary>Whether those of the members that are there pass the test.</summary>
    static bool All(JsonObject part, string[] names, Predicate<JsonNode?> test) =>
        names.All(name => !part.TryGetPropertyValue(name, out var value) || test(value));

    static bool IsText(JsonNode? node) => Text(node) is not null;

    static bool IsTime(JsonNode? node) =>
        node?.GetValueKind() is JsonValueKind.Number && node.AsValue().TryGetValue(out double seconds) && Math.Abs(seconds) <= LastSecond;

    static string? Text(JsonObject? part, string name) => Text(part?[name]);

    static string? Text(JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        }
        catch (InvalidOperationException) // half of a surrogate pair
        {
            return null;
        }
    }

    static JsonObject? Part(string encoded)
    {
        try
        {
            var json = Base64Url.DecodeFromChars(encoded);
            return Utf8.IsValid(json) ? JsonNode.Parse(json, null, Strict) as JsonObject : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
