using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimCompliance.Tests.Defects;

/// <summary>Defects of pages, order and projections.</summary>
static class ListDefects
{
    public static readonly Defect[] All =
    [
        new("Pages come in different orders")
        {
            Before = (message, _) =>
            {
                if (
                    message.Collection is ""
                    || message.Query.ContainsKey("sortBy")
                    || message.Query.ContainsKey("cursor")
                    || Number(message, "startIndex") is not > 1
                )
                    return;
                (message.Query["sortBy"], message.Query["sortOrder"]) = ("id", "descending");
            },
            Caught = ["paging.index.walk.users", "paging.index.walk.groups", "okta.import.walk"],
        },
        new("startIndex begins at zero")
        {
            Before = (message, _) =>
            {
                if (Number(message, "startIndex") is { } start)
                    message.Query["startIndex"] = $"{start + 1}";
            },
            After = (message, answer) =>
            {
                if (answer.Body?["startIndex"] is not null && Number(message, "startIndex") is { } start)
                    answer.Body["startIndex"] = start - 1;
            },
            Caught =
            [
                "paging.index.walk.users",
                "paging.index.walk.groups",
                "paging.index.start-second",
                "sort.pages",
                "okta.match.found",
                "okta.import.walk",
                "gallery.direct.user-pages",
                "gallery.direct.group-pages",
            ],
        },
        new("startIndex below one is refused")
        {
            Before = (message, _) =>
            {
                if (Number(message, "startIndex") is < 1)
                    throw Scim.ScimException.InvalidValue("startIndex begins at 1.");
            },
            Caught = ["paging.index.start-zero", "paging.index.start-negative"],
        },
        new("startIndex is ignored")
        {
            Before = (message, _) => message.Query.Remove("startIndex"),
            Caught =
            [
                "paging.index.walk.users",
                "paging.index.walk.groups",
                "paging.index.echo",
                "paging.index.start-second",
                "paging.index.start-beyond",
                "okta.import.walk",
                "gallery.direct.user-pages",
                "gallery.direct.group-pages",
            ],
        },
        new("startIndex is not echoed")
        {
            After = (_, answer) => (answer.Body as JsonObject)?.Remove("startIndex"),
            Caught = ["paging.index.echo", "paging.index.numbers", "gallery.direct.user-pages", "gallery.direct.group-pages"],
        },
        new("count=0 is ignored")
        {
            Before = (message, _) =>
            {
                if (Number(message, "count") is 0)
                    message.Query.Remove("count");
            },
            Caught = ["paging.index.count-zero"],
        },
        new("count is ignored")
        {
            Before = (message, _) => message.Query.Remove("count"),
            Caught =
            [
                "paging.index.count",
                "paging.index.count-zero",
                "paging.index.count-negative",
                "paging.cursor.count",
                "gallery.direct.user-pages",
                "gallery.direct.group-pages",
            ],
        },
        new("A negative count is refused")
        {
            Before = (message, _) =>
            {
                if (Number(message, "count") is < 0)
                    throw Scim.ScimException.InvalidValue("count begins at 0.");
            },
            Caught = ["paging.index.count-negative"],
        },
        new("totalResults is the size of the page")
        {
            After = (_, answer) =>
            {
                if (answer.Body?["Resources"] is JsonArray page)
                    answer.Body["totalResults"] = page.Count;
            },
            Caught = ["paging.index.total", "paging.index.count-zero"],
        },
        new("totalResults is a string")
        {
            After = (_, answer) =>
            {
                if (answer.Body?["totalResults"] is { } total)
                    answer.Body["totalResults"] = total.ToString();
            },
            Caught = ["paging.index.numbers", "okta.connect.users", "okta.import.page", "okta.connect.groups"],
        },
        new("itemsPerPage is the number of all")
        {
            After = (_, answer) =>
            {
                if (answer.Body?["totalResults"] is { } total)
                    answer.Body["itemsPerPage"] = total.DeepClone();
            },
            Caught = ["paging.index.items-per-page"],
        },
        new("Lists have no schemas")
        {
            After = (_, answer) =>
            {
                if (answer.Body is JsonObject list && list["Resources"] is not null)
                    list.Remove("schemas");
            },
            Caught = ["connection.list.message", "discovery.resource-types.list", "discovery.schemas.list", "search.message"],
        },
        new("attributes is ignored")
        {
            Before = (message, _) =>
            {
                message.Query.Remove("attributes");
                message.Body?.Remove("attributes");
            },
            Caught =
            [
                "projection.only",
                "projection.several",
                "projection.sub-attribute",
                "projection.list-part",
                "projection.case",
                "projection.urn",
                "projection.meta",
                "projection.extension.one",
                "projection.extension.all",
                "projection.list.only",
                "projection.post",
                "projection.put",
                "projection.patch",
                "projection.groups.asked",
                "search.attributes",
            ],
        },
        new("excludedAttributes is ignored")
        {
            Before = (message, _) =>
            {
                message.Query.Remove("excludedAttributes");
                message.Body?.Remove("excludedAttributes");
            },
            Caught =
            [
                "projection.excluded",
                "projection.excluded.several",
                "projection.excluded.sub-attribute",
                "projection.excluded.case",
                "projection.excluded.extension",
                "projection.list.excluded",
                "search.excluded",
                "groups.read.excluded-members",
                "groups.filter.excluded-members",
                "validator.get-group",
                "validator.filter-group-excluding",
            ],
        },
        new("id is left out unless it is asked for")
        {
            After = (message, answer) =>
            {
                if (
                    message.Collection is not ""
                    && message.Query.GetValueOrDefault("attributes") is { } asked
                    && !asked.Contains("id", StringComparison.OrdinalIgnoreCase)
                )
                    foreach (
                        var resource in answer.Body is JsonObject { } one && one["Resources"] is null
                            ? [one]
                            : (answer.Body?["Resources"] as JsonArray ?? []).OfType<JsonObject>()
                    )
                        resource.Remove("id");
            },
            Caught = ["projection.id", "projection.list.only", "projection.post", "projection.put", "projection.patch"],
        },
        new("sortBy is ignored")
        {
            Before = (message, _) =>
            {
                message.Query.Remove("sortBy");
                message.Body?.Remove("sortBy");
            },
            Caught =
            [
                "sort.ascending",
                "sort.descending",
                "sort.default",
                "sort.case",
                "sort.absent",
                "sort.sub-attribute",
                "sort.primary",
                "sort.name-case",
                "sort.urn",
                "sort.pages",
                "sort.cursor",
                "search.sort",
            ],
        },
        new("sortOrder is ignored")
        {
            Before = (message, _) =>
            {
                message.Query.Remove("sortOrder");
                message.Body?.Remove("sortOrder");
            },
            Caught = ["sort.descending", "sort.absent-descending", "search.sort"],
        },
        new("Those without the attribute that is sorted by come first")
        {
            Behaviour = new() { UnassignedSortsFirst = true },
            Caught = ["sort.absent", "sort.absent-descending"],
        },
        new("A cursor begins again")
        {
            Before = (message, _) =>
            {
                if (message.Query.ContainsKey("cursor"))
                    message.Query["cursor"] = "";
            },
            Caught = ["paging.cursor.walk", "paging.cursor.invalid", "sort.cursor"],
        },
        new("There is a next cursor on the last page")
        {
            After = (message, answer) =>
            {
                if (message.Query.ContainsKey("cursor") && answer.Body is JsonObject page && page["Resources"] is JsonArray)
                    page.TryAdd("nextCursor", "MXw");
            },
            Caught = ["paging.cursor.walk", "paging.cursor.end", "sort.cursor"],
        },
        new("An unknown cursor begins the list")
        {
            Around = async (message, _, server) =>
            {
                await Task.CompletedTask;
                var answer = server(message);
                if (answer.Body?["scimType"].IsText("invalidCursor") is not true)
                    return answer;
                message.Query["cursor"] = "";
                return server(message);
            },
            Caught = ["paging.cursor.invalid"],
        },
        new(".search ignores the filter")
        {
            Before = (message, _) =>
            {
                if (message.Segments is [.., ".search"])
                    message.Body?.Remove("filter");
            },
            Caught = ["search.users", "search.groups", "search.invalid", "search.root.absent", "search.root.type"],
        },
    ];

    static long? Number(BrokenServer.Message message, string name) =>
        long.TryParse(message.Query.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
