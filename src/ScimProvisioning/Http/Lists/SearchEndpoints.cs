using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Unicode;
using Scim;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Lists;

/// <summary>Lists and searches (RFC 7644 §3.4.2, §3.4.3, RFC 9865): of one resource type, or at the root of all of them.</summary>
static class SearchEndpoints
{
    public const int MaxCount = 1_000;

    public const int DefaultCount = 100;

    public static void Map(RouteGroupBuilder scim)
    {
        scim.MapMethods(
            "",
            ScimRoutes.ReadMethods,
            (HttpRequest http, ScimRequest request, ResourcePages pages, PageTurns turns, Cursors cursors, CancellationToken ct) =>
                SearchAsync(request.Caller.Types.All, FromQuery(http), request, pages, turns, cursors, ct)
        );
        scim.MapPost(
                ".search",
                (ResourceBody body, ScimRequest request, ResourcePages pages, PageTurns turns, Cursors cursors, CancellationToken ct) =>
                    SearchAsync(request.Caller.Types.All, SearchRequest.Parse(body.Json), request, pages, turns, cursors, ct)
            )
            .WithMetadata(ScimScope.OnlyReads);
        scim.MapMethods(
            "{collection}",
            ScimRoutes.ReadMethods,
            (
                string collection,
                HttpRequest http,
                ScimRequest request,
                ResourcePages pages,
                PageTurns turns,
                Cursors cursors,
                CancellationToken ct
            ) => SearchAsync([request.TypeOf(collection)], FromQuery(http), request, pages, turns, cursors, ct)
        );
        scim.MapPost(
                "{collection}/.search",
                (
                    string collection,
                    ResourceBody body,
                    ScimRequest request,
                    ResourcePages pages,
                    PageTurns turns,
                    Cursors cursors,
                    CancellationToken ct
                ) => SearchAsync([request.TypeOf(collection)], SearchRequest.Parse(body.Json), request, pages, turns, cursors, ct)
            )
            .WithMetadata(ScimScope.OnlyReads);
        foreach (var (pattern, allow) in ((string, string)[])[("", "GET, HEAD"), (".search", "POST"), ("{collection}/.search", "POST")])
            scim.Map(pattern, () => ScimResult.NotAllowed(allow));
    }

    static async Task<ScimResult> SearchAsync(
        IReadOnlyList<ResourceType> types,
        SearchRequest search,
        ScimRequest request,
        ResourcePages pages,
        PageTurns turns,
        Cursors cursors,
        CancellationToken ct
    )
    {
        request.Note.AsksForList(types, search.Filter is not null);
        var projections = types.ToDictionary(type => type, search.For);
        var scopes = Scopes(types, search, projections);
        request.Note.LooksFor(scopes[0].Filter);
        // A cursor is valid for the same query of the same connection only.
        var order = string.Join(',', scopes.Select(scope => $"{scope.Type}:{scope.SortBy?.Leaf.Type}"));
        var question = $"{request.Caller.ConnectionId} {order} {search.SortBy} {search.Descending} {search.Filter}";
        var cursor = string.IsNullOrEmpty(search.Cursor) ? null : cursors.Read(search.Cursor, question);
        var startIndex = search.Cursor is null ? search.StartIndex ?? 1 : 1;

        var query = new ResourceQuery(
            scopes,
            search.Descending,
            startIndex - 1,
            (int)Math.Min(search.Count ?? DefaultCount, MaxCount),
            cursor?.Edge
        );
        var page = await ReadAsync(pages, turns, request.Caller, query, cursor?.Total, ct);
        request.Note.AnswersList(page);

        if (search.Cursor is null)
            return ScimResult.List(page, type => projections[type], request.Caller, startIndex, null, null);
        long? total = query.IsFiltered ? page.Total : null;
        return ScimResult.List(
            page,
            type => projections[type],
            request.Caller,
            null,
            cursors.Write(page.Previous, total, question),
            cursors.Write(page.Next, total, question)
        );
    }

    static async Task<ResourcePage> ReadAsync(
        ResourcePages pages,
        PageTurns turns,
        Caller caller,
        ResourceQuery query,
        long? knownTotal,
        CancellationToken ct
    )
    {
        var asked = Stopwatch.GetTimestamp();
        using var turn = await turns.TakeAsync(caller.ConnectionId, query.Count, caller.Waited, ct);
        return await pages.ReadAsync(caller with { Waited = caller.Waited + Stopwatch.GetElapsedTime(asked) }, query, knownTotal, ct);
    }

    static List<QueryScope> Scopes(
        IReadOnlyList<ResourceType> types,
        SearchRequest search,
        Dictionary<ResourceType, AttributeProjection> projections
    )
    {
        var filters = search.Filter is null ? null : FilterParser.Parse(search.Filter, types);
        var orders = types.Select(type => search.SortBy is null ? null : Order(search.SortBy, type)).ToList();
        if (search.SortBy is not null && orders.All(order => order is null))
            throw ScimException.InvalidPath(
                "'sortBy' names no attribute that can be sorted by: "
                    + $"name a simple attribute of {string.Join(" or ", types)}, or a sub-attribute."
            );
        return
        [
            .. types.Select((type, i) => new QueryScope(type, filters?[i], orders[i], RelatedResources.AreShown(type, projections[type]))),
        ];
    }

    /// <summary>
    /// RFC 7644 §3.4.2.3: a complex attribute is sorted by a sub-attribute; when none is named by its "value", as in a filter.
    /// </summary>
    static AttributePath? Order(string sortBy, ResourceType type)
    {
        var path = AttributePath.Find(sortBy, type);
        if (path is { Leaf.IsComplex: true })
            path = path.WithSub("value");
        return path is null || !path.IsReadable || path.Attribute == GroupSchema.Members || path.Attribute == UserSchema.Groups
            ? null
            : path;
    }

    static SearchRequest FromQuery(HttpRequest http)
    {
        // ASP.NET leaves what is not UTF-8 percent-encoded, which would be another filter.
        var encoded = Encoding.UTF8.GetBytes(http.QueryString.Value ?? "");
        if (http.Query.ContainsKey("filter") && !Utf8.IsValid(WebUtility.UrlDecodeToBytes(encoded, 0, encoded.Length)))
            throw ScimException.InvalidFilter("The filter is not valid UTF-8.");
        var query = QueryPlus.Read(http);
        return SearchRequest.Parse(name =>
            query.TryGetValue(name, out var values)
                ? name is "attributes" or "excludedAttributes"
                    ? values.ToString()
                    : values[0]
                : null
        );
    }
}
