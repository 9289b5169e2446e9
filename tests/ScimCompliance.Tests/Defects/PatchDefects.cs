using System.Text.Json.Nodes;
using Scim;
using ScimCompliance.Tests.BrokenServer;

namespace ScimCompliance.Tests.Defects;

/// <summary>What servers get wrong with PATCH.</summary>
static class PatchDefects
{
    public static readonly Defect[] All =
    [
        new("An op with a capital letter is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Word("op") is [>= 'A' and <= 'Z', ..], ScimException.InvalidSyntax),
        },
        new("active given as a string is refused")
        {
            Before = (message, _) => message.Refuse(operation => operation.Values("active").Any(IsText), ScimException.InvalidValue),
        },
    ];

    static bool IsText(JsonNode? value) => value?.GetValueKind() is JsonValueKind.String;
}
