using System.Buffers;
using System.Text;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Feed;

/// <summary>The route of the feed.</summary>
static class FeedEndpoints
{
    public static void MapFeed(this RouteGroupBuilder api) =>
        api.MapGroup("/events")
            .WithTag("Events", "What happened, in order, for an application that follows it.")
            .MapGet("", ReadAsync)
            .WithName("listEvents")
            .WithSummary("Read events in order, and wait for them")
            .ForApplications()
            .WithItsOwnTransactions()
            .Produces<FeedPage>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status410Gone);

    static async Task<IResult> ReadAsync([AsParameters] FeedQuery query, HttpContext http, FeedUseCases feed, CancellationToken ct) =>
        new PageResult(await feed.ReadAsync(CurrentAdmin.Of(http), query, ct));

    /// <summary>Writes the events as they are stored: the bytes that were signed for webhooks.</summary>
    sealed class PageResult(EventPage page) : IResult
    {
        /// <summary>Bytes that are written before the reader has taken them: else the whole page would be copied into buffers.</summary>
        const int MostUnsent = 64 * 1024;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            var body = response.BodyWriter;
            body.Write("{\"data\":["u8);
            for (var (i, unsent) = (0, 0); i < page.Bodies.Count; i++)
            {
                if (i > 0)
                    body.Write(","u8);
                body.Write(page.Bodies[i]);
                unsent += page.Bodies[i].Length;
                if (unsent < MostUnsent)
                    continue;
                if ((await body.FlushAsync(httpContext.RequestAborted)).IsCompleted)
                    return;
                unsent = 0;
            }
            var next = page.NextPosition;
            var end = $"],\"next\":\"{next}\",\"caughtUp\":{(page.IsCaughtUp ? "true" : "false")},\"drainedTo\":\"{next}\"}}";
            body.Write(Encoding.UTF8.GetBytes(end));
            await body.FlushAsync(httpContext.RequestAborted);
        }
    }
}
