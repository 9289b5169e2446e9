using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Resources;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Bulk;

/// <summary>Many writes in one request (RFC 7644 §3.7).</summary>
static class BulkEndpoint
{
    public const int MaxOperations = 1_000;

    public static void Map(RouteGroupBuilder scim)
    {
        scim.MapPost("Bulk", Post);
        MapOtherMethods(scim);
    }

    // In a method of its own: the analyzer takes it for a second route of POST.
    static void MapOtherMethods(RouteGroupBuilder scim) => scim.Map("Bulk", () => ScimResult.NotAllowed("POST"));

    static async Task<ScimResult> Post(
        ResourceBody body,
        ScimRequest request,
        ResourceOperations operations,
        ResourceStore store,
        CancellationToken ct
    )
    {
        var bulk = BulkRequest.Parse(body.Json);
        // §3.7.4
        if (bulk.Operations.Count > MaxOperations)
            throw ScimException.PayloadTooLarge(
                $"The request has {bulk.Operations.Count} operations, more than maxOperations ({MaxOperations}): split it."
            );
        return ScimResult.Ok(await new BulkRun(bulk, request, operations, store, ct).RunAsync());
    }
}
