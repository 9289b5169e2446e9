using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;

namespace ScimProvisioning.Support.Bundles;

/// <summary>
/// Puts a pseudonym in the place of what tells of a person or a customer. Within one bundle the same value has the same pseudonym, whatever
/// the case of its letters; in another bundle it has another one, because each has a key of its own that is nowhere kept.
/// </summary>
sealed partial class Redaction
{
    /// <summary>Members that are names, addresses or ids of others.</summary>
    static readonly HashSet<string> Names =
    [
        "name",
        "displayName",
        "userName",
        "email",
        "subject",
        "externalId",
        "uid",
        "appUserId",
        "label",
        "actorLabel",
        "agent",
        "userAgent",
        "clientLabel",
        "tokenLabel",
        "address",
        "lastUsedAddress",
        "entraTenantId",
        "entraAppObjectId",
        "allowedAddresses",
        "issuer",
        "audience",
        "url",
        "tenantUrl",
        "tokenUrl",
        "description",
        "organizationName",
        "publicUrl",
        "allowedNetworks",
        "createdBy",
    ];

    /// <summary>Members that are sentences, which may quote such a value.</summary>
    static readonly HashSet<string> Sentences = ["detail", "message", "error", "lastError", "stateReason", "reason", "lastResult"];

    /// <summary>Members that may hold anything.</summary>
    static readonly HashSet<string> LeftOut = ["before", "after", "answer"];

    /// <summary>The members of an operation of a PATCH and of every SCIM message that say what is done, not to whom.</summary>
    static readonly HashSet<string> Protocol = ["schemas", "op", "method", "bulkId"];

    /// <summary>Bytes of a hash that are shown: enough to tell the values of a bundle apart.</summary>
    const int Shown = 6;

    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The same with pseudonyms.</summary>
    public JsonNode? Of(JsonNode? node) =>
        node switch
        {
            JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Of(member.Key, member.Value)))),
            JsonArray items => new JsonArray([.. items.Select(Of)]),
            _ => node?.DeepClone(),
        };

    JsonNode? Of(string name, JsonNode? value) =>
        value is null ? null
        : LeftOut.Contains(name) ? JsonValue.Create("(left out)")
        : name == "body"
            ? Text(value) is { } body ? JsonValue.Create(Body(body))
                : null
        : Names.Contains(name) ? Replaced(value)
        : Sentences.Contains(name) && Text(value) is { } sentence ? JsonValue.Create(Sentence(sentence))
        : Of(value);

    /// <summary>Every text in it.</summary>
    JsonNode? Replaced(JsonNode? node) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members.Select(member =>
                    KeyValuePair.Create(
                        member.Key,
                        Protocol.Contains(member.Key) ? member.Value?.DeepClone()
                            : member.Key.Equals("path", StringComparison.OrdinalIgnoreCase) && Text(member.Value) is { } path
                                ? JsonValue.Create(Path(path))
                            : Replaced(member.Value)
                    )
                )
            ),
            JsonArray items => new JsonArray([.. items.Select(Replaced)]),
            _ when Text(node) is { Length: > 0 } text => JsonValue.Create(Pseudonym(text)),
            // Of employees or telephones.
            _ when node?.GetValueKind() is JsonValueKind.Number => JsonValue.Create(Pseudonym(node.ToJsonString())),
            _ => node?.DeepClone(),
        };

    /// <summary>What a client has sent: which attributes there were stays, their values go. One that was cut is left out.</summary>
    string Body(string text)
    {
        try
        {
            return JsonNode.Parse(text) is { } json ? ScimJson.Text(Replaced(json)!) : text;
        }
        catch (JsonException)
        {
            return "(left out)";
        }
    }

    /// <summary>
    /// Attributes and operators of a path or of the address of a bulk operation stay, what is compared with goes. It was refused, so maybe
    /// it is no path: then what looks like a comparison goes as a whole.
    /// </summary>
    string Path(string text) =>
        Unquoted().IsMatch(text)
            ? Pseudonym(text)
            : MailAddress()
                .Replace(
                    Compared()
                        .Replace(text, found => found.Value[0] == '"' ? $"\"{Pseudonym(found.Value.Trim('"'))}\"" : Pseudonym(found.Value)),
                    found => Pseudonym(found.Value)
                );

    /// <summary>
    /// Quoted values, mail addresses and the URLs of others are replaced; of several values in quotes all from the first to the last.
    /// </summary>
    string Sentence(string text) =>
        MailAddress()
            .Replace(
                Url().Replace(Quoted().Replace(text, found => $"'{Pseudonym(found.Groups[1].Value)}'"), found => Pseudonym(found.Value)),
                found => Pseudonym(found.Value)
            );

    string Pseudonym(string value) =>
        value.StartsWith("redacted-", StringComparison.Ordinal)
            ? value
            : $"redacted-{Convert.ToHexStringLower(Hash(value).AsSpan(0, Shown))}";

    byte[] Hash(string value) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(CaseFolding.Fold(value)));

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    // To the last quotation mark, for a name may have one: O'Brien.
    [GeneratedRegex("'(.+)'", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    /// <summary>A text in quotation marks, closed or not, and a number.</summary>
    [GeneratedRegex(
        """
            "(?:[^"\\]|\\.)*"?|(?<=\s)-?\d[\w.]*
            """
    )]
    private static partial Regex Compared();

    /// <summary>A comparison with what is neither in quotation marks nor a number, true, false or null.</summary>
    [GeneratedRegex(
        @"\s(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+(?![""\d-]|(?:true|false|null)\b)|\[(?!\s*[\w$.:-]+\s+\w)|'",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Unquoted();

    [GeneratedRegex(@"https?://[^\s'""<>]+", RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"[^\s""<>(),;:]+@[^\s'""<>(),;:]+")]
    private static partial Regex MailAddress();
}
