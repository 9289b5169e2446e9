using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimCompliance.Tests.Defects;

/// <summary>What servers get wrong with pages, order and projections.</summary>
static class ListDefects
{
    public static readonly Defect[] All =
    [
        new("Pages come in different orders")
        {
            Before = (message, _) =>
            {
                if (message.Collection is "" || message.Query.ContainsKey("sortBy") || message.Query.ContainsKey("cursor") || Number(message, "startIndex") is not > 1) return;
                (message.Query["sortBy"], message.Query["sortOrder"]) = ("id", "descending");
            },
        },
        new("startIndex begins at zero")
        {
            Before = (message, _) => { if (Number(message, "startIndex") is { } start) message.Query["startIndex"] = $"{start + 1}"; },
            After = (message, answer) => { if (answer.Body?["startIndex"] is not null && Number(message, "startIndex") is { } start) answer.Body["startIndex"] = start - 1; },
        },
        new("startIndex below one is refused")
        {
            Before = (message, _) => { if (Number(message, "startIndex") is < 1) throw Scim.ScimException.InvalidValue("startIndex begins at 1."); },
        },
        new("startIndex is ignored")
        {
            Before = (message, _) => message.Query.Remove("startIndex"),
        },
        new("startIndex is not echoed")
        {
            After = (_, answer) => (answer.Body as JsonObject)?.Remove("startIndex"),
        },
        new("count=0 is ignored")
        {
            Before = (message, _) => { if (Number(message, "count") is 0) message.Query.Remove("count"); },
        },
        new("count is ignored")
        {
            Before = (message, _) => message.Query.Remove("count"),
        },
        new("A negative count is refused")
        {
            Before = (message, _) => { if (Number(message, "count") is < 0) throw Scim.ScimException.InvalidValue("count begins at 0."); },
        },
        new("totalResults is the size of the page")
        {
            After = (_, answer) => { if (answer.Body?["Resources"] is JsonArray page) answer.Body["totalResults"] = page.Count; },
        },
        new("totalResults is a string")
        {
            After = (_, answer) => { if (answer.Body?["totalResults"] is { } total) answer.Body["totalResults"] = total.ToString(); },
        },
        new("itemsPerPage is the count that was asked for")
        {
            After = (message, answer) => { if (answer.Body?["itemsPerPage"] is not null) answer.Body["itemsPerPage"] = Number(message, "count") ?? 100; },
        },
        new("Lists have no schemas")
        {
            After = (_, answer) => { if (answer.Body is JsonObject list && list["Resources"] is not null) list.Remove("schemas"); },
        },
        new("attributes is ignored")
        {
            Before = (message, _) => { message.Query.Remove("attributes"); message.Body?.Remove("attributes"); },
        },
        new("excludedAttributes is ignored")
        {
            Before = (message, _) => { message.Query.Remove("excludedAttributes"); message.Body?.Remove("excludedAttributes"); },
        },
        new("id is left out unless it is asked for")
        {
            After = (message, answer) =>
            {
                if (message.Collection is not "" && message.Query.GetValueOrDefault("attributes") is { } asked && !asked.Contains("id", StringComparison.OrdinalIgnoreCase))
                    foreach (var resource in answer.Body is JsonObject { } one && one["Resources"] is null ? [one] : (answer.Body?["Resources"] as JsonArray ?? []).OfType<JsonObject>()) resource.Remove("id");
            },
        },
        new("sortBy is ignored")
        {
            Before = (message, _) => { message.Query.Remove("sortBy"); message.Body?.Remove("sortBy"); },
        },
        new("sortOrder is ignored")
        {
            Before = (message, _) => { message.Query.Remove("sortOrder"); message.Body?.Remove("sortOrder"); },
        },
        new("Those without the attribute that is sorted by come first") { Habits = new() { UnassignedSortsFirst = true } },
        new("A cursor begins again")
        {
            Before = (message, _) => { if (message.Query.ContainsKey("cursor")) message.Query["cursor"] = ""; },
        },
        new("There is a next cursor on the last page")
        {
            After = (message, answer) => { if (message.Query.ContainsKey("cursor") && answer.Body is JsonObject page && page["Resources"] is JsonArray) page.TryAdd("nextCursor", "MXw"); },
        },
        new("A cursor that nobody gave begins the list")
        {
            Around = async (message, _, server) =>
            {
                await Task.CompletedTask;
                var answer = server(message);
                if (answer.Body?["scimType"].IsText("invalidCursor") is not true) return answer;
                message.Query["cursor"] = "";
                return server(message);
            },
        },
        new(".search ignores the filter")
        {
            Before = (message, _) => { if (message.Segments is [.., ".search"]) message.Body?.Remove("filter"); },
        },
    ];

    static long? Number(BrokenServer.Message message, string name) => long.TryParse(message.Query.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
