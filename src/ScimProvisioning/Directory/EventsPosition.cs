using Microsoft.AspNetCore.Http.HttpResults;
using ScimProvisioning.Api;

namespace ScimProvisioning.Directory;

/// <summary>The header by which a list and the feed of events join without a gap.</summary>
static class EventsPosition
{
    const string Header = "Events-Position";

    /// <summary>Answers the page. The first page of a list bears the position that was read before its rows.</summary>
    public static Ok<Page<T>> OkFrom<T>(this HttpResponse response, (Page<T> Page, string? Position) read)
    {
        if (read.Position is not null)
            response.Headers[Header] = read.Position;
        return TypedResults.Ok(read.Page);
    }

    public static RouteHandlerBuilder WithEventsPosition(this RouteHandlerBuilder endpoint) =>
        endpoint.WithResponseHeader(
            Header,
            "On the first page: the position from which on to follow the events. All that was told before it is in the list."
        );
}
