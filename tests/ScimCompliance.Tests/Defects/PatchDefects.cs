using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Servers that understand PATCH less widely than Entra sends it.</summary>
static partial class PatchDefects
{
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public static readonly Defect[] All =
    [
        new("An op with a capital letter is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("op") is [>= 'A' and <= 'Z', ..], ScimException.InvalidSyntax),
        },
        new("active given as a string is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Values("active").Any(value => value.IsText()), ScimException.InvalidValue),
        },
        new("active is added, and nothing happens")
        {
            Before = (message, _) => message.Drop(operation => operation.Is("add", "active")),
        },
        new("Users can be disabled, not enabled")
        {
            Before = (message, _) => message.Refuse(operation => operation.Values("active").Any(value => value?.ToString() is "true" or "True"), ScimException.InvalidValue),
        },
        new("primary given as a string is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("path").EndsWith(".primary", StringComparison.Ordinal) && operation["value"].IsText(), ScimException.InvalidValue),
        },
        new("A value path that selects nothing is refused with noTarget")
        {
            Before = (message, store) => message.Refuse(operation => !operation.Is("remove") && TypedPath().Match(operation.Word("path")) is { Success: true } path
                && !((message.Named(store)?.Document[path.Groups[1].Value] as JsonArray)?.Any(element => (string?)element?["type"] == path.Groups[2].Value) ?? false), ScimException.NoTarget),
        },
        new("A value path by primary is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("path").Contains("[primary eq", StringComparison.Ordinal), ScimException.InvalidPath),
        },
        new("Dotted keys without a path are ignored")
        {
            Before = (message, _) => RemoveKeys(message, key => key.Contains('.', StringComparison.Ordinal) && !key.StartsWith("urn:", StringComparison.Ordinal)),
        },
        new("Keys that are URNs with an attribute are ignored without a path")
        {
            Before = (message, _) => RemoveKeys(message, key => key.StartsWith(Enterprise + ":", StringComparison.Ordinal)),
        },
        new("Operations without a path are refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("path") is "" && !operation.Is("remove"), ScimException.NoTarget),
        },
        new("A path with a URN is split at the dot of its version")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("path").StartsWith("urn:", StringComparison.Ordinal), ScimException.InvalidPath),
        },
        new("A path with the URN of the core schema is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("path").StartsWith(UserSchema.Schema.Id, StringComparison.Ordinal), ScimException.InvalidPath),
        },
        new("The manager given as a string is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("path").EndsWith(":manager", StringComparison.Ordinal) && operation["value"].IsText() && !operation["value"].IsText(""), ScimException.InvalidValue),
        },
        new("Names of attributes in paths are taken with their letter case")
        {
            Before = (message, _) => message.Refuse(operation => operation.Given().Any(pair => char.IsAsciiLetterUpper(pair.Key[0]) || pair.Key.Contains(".V", StringComparison.Ordinal)), ScimException.InvalidPath),
        },
        new("Replacing what has no value is refused")
        {
            Before = (message, store) => message.Refuse(operation => operation.Is("replace") && IsAbsent(message.Named(store)?.Document, operation.Word("path")), ScimException.NoTarget),
        },
        new("Removing what has no value is refused")
        {
            Before = (message, store) => message.Refuse(operation => operation.Is("remove") && IsAbsent(message.Named(store)?.Document, operation.Word("path")), ScimException.NoTarget),
        },
        new("Adding what has a value is ignored")
        {
            Before = (message, store) => message.Drop(operation => operation.Is("add") && message.Named(store)?.Document[operation.Word("path")] is JsonValue),
        },
        new("An empty text is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Given().Any(pair => pair.Value.IsText("")), ScimException.InvalidValue),
        },
        new("null is refused")
        {
            Before = (message, _) => message.Refuse(operation => !operation.Is("remove") && operation.Given().Any(pair => pair.Value is null), ScimException.InvalidValue),
        },
        new("Members of an operation that nobody knows are refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Any(member => member.Key is not ("op" or "path" or "value")), ScimException.InvalidSyntax),
        },
    ];

    static void RemoveKeys(BrokenServer.Message message, Func<string, bool> ignored) => message.Change(operation => operation.Word("path") is "" && operation["value"] is JsonObject, operation =>
    {
        foreach (var key in operation["value"]!.AsObject().Select(member => member.Key).Where(ignored).ToList()) operation["value"]!.AsObject().Remove(key);
    });

    static bool IsAbsent(JsonObject? document, string path) => document is not null && SimplePath().IsMatch(path) && path is not ("groups" or "members" or "password") && document[path] is null;

    [GeneratedRegex("""^(\w+)\[type eq "(\w+)"\]""")]
    private static partial Regex TypedPath();

    [GeneratedRegex("""^\w+$""")]
    private static partial Regex SimplePath();
}
