using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Transport;

/// <summary>Names in all alphabets are stored and shown unchanged (RFC 7644 §8.1: UTF-8).</summary>
static class TextChecks
{
    static readonly (string Id, string What, string Json, Severity Severity)[] Texts =
    [
        ("accents", "Accents and umlauts", "Zoë Müller-Đặng", Must),
        ("cjk", "Chinese, Japanese and Korean", "王小明 佐藤 김철수", Must),
        ("right-to-left", "Hebrew and Arabic", "יוסף محمد", Must),
        ("emoji", "Characters beyond the basic plane", "Ana 🚀 𠮷野", Must),
        ("decomposed", "An accent sent as a character of its own", "Andre\u0301", Should),
        ("escaped", "Text that JSON escapes", """A\u00e9\uD83D\uDE00\"\\\/""", Must),
        ("spaces", "Spaces at both ends and inside", "  A  B  ", Should),
    ];

    public static IReadOnlyList<Check> All { get; } = [.. from text in Texts select Kept(text.Id, text.What, text.Json, text.Severity)];

    static Check Kept(string id, string what, string json, Severity severity) =>
        new()
        {
            Id = $"transport.text.{id}",
            Title = $"{what}: the text comes back as it was sent",
            Rule = "RFC 7644 §8.1; entra-docs use-scim-to-provision-users-and-groups.md: values are stored byte for byte",
            Severity = severity,
            Profiles = Profiles.All,
            Attributes = ["User:displayName"],
            Why = "All users see the mangled names, and Entra writes them again in every cycle since they differ.",
            Change = "Read and write UTF-8 throughout, database included, and do not trim or normalise.",
            Steps = async run =>
            {
                // Written by hand, since a serialiser would escape the text.
                var reply = (
                    await run.Post(
                        "/Users",
                        $$"""{"schemas":["{{SchemaUrn.User}}"],"userName":"{{run.NewUserName()}}","active":true,"displayName":"{{json}}"}"""
                    )
                ).Success();
                var read = reply["id"].Text() is { Length: > 0 } made
                    ? (await run.Get("/Users/" + Uri.EscapeDataString(made))).RequireSuccess()
                    : throw new Blocked("POST /Users answered without an id");
                read.Is("displayName", System.Text.Json.Nodes.JsonNode.Parse($"\"{json}\""));
            },
        };
}
