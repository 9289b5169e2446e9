using System.Collections.Frozen;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http;

/// <summary>The verbs of RFC 7644 §3, one method each, for every resource type: types differ by their schema.</summary>
static class ResourceEndpoints
{
    public static void Map(RouteGroupBuilder scim)
    {
        scim.MapPost("{collection}", Post);
        scim.MapRead("{collection}/{id}", Get);
        scim.MapPut("{collection}/{id}", Put);
        scim.MapPatch("{collection}/{id}", Patch);
        scim.MapDelete("{collection}/{id}", Delete);
        foreach (
            var (pattern, allow) in ((string, string)[])
                [("{collection}", "GET, HEAD, POST"), ("{collection}/{id}", "GET, HEAD, PUT, PATCH, DELETE")]
        )
            scim.Map(pattern, (string collection, ScimRequest request) => NotAllowed(collection, allow, request));
    }

    static async Task<ScimResult> Post(
        string collection,
        ResourceBody body,
        ProjectionQuery projected,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        var shown = projected.For(type);
        return ScimResult.Created(
            await operations.CreateAsync(request.Caller, type, id: null, body.Json, FrozenSet<Guid>.Empty, shown, ct),
            shown,
            request.Caller
        );
    }

    static async Task<ScimResult> Get(
        string collection,
        string id,
        ProjectionQuery projected,
        EntityTags tags,
        ScimRequest request,
        ResourceStore store,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        var projection = projected.For(type);
        var resource =
            await store.GetAsync(request.Caller, type, ResourceOperations.IdOf(id, type), ResourceJson.NeedsRelated(type, projection), ct)
            ?? throw ResourceOperations.NotFound(id, type);
        return tags.IsKnown(resource.ETag) ? ScimResult.NotModified(resource) : ScimResult.Ok(resource, projection, request.Caller);
    }

    static async Task<ScimResult> Put(
        string collection,
        string id,
        ResourceBody body,
        ProjectionQuery projected,
        EntityTags tags,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        var shown = projected.For(type);
        return ScimResult.Ok(await operations.ReplaceAsync(request.Caller, type, id, body.Json, tags, shown, ct), shown, request.Caller);
    }

    static async Task<ScimResult> Patch(
        string collection,
        string id,
        ResourceBody body,
        ProjectionQuery projected,
        EntityTags tags,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        var shown = projected.IsGiven || ResourceOperations.ShowsPatched(request.Caller, type) ? projected.For(type) : null;
        var changed = await operations.PatchAsync(request.Caller, type, id, body.Json, tags, shown, ct);
        return shown is null ? ScimResult.Changed(changed) : ScimResult.Ok(changed, shown, request.Caller);
    }

    static async Task<ScimResult> Delete(
        string collection,
        string id,
        EntityTags tags,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        await operations.DeleteAsync(request.Caller, request.TypeOf(collection), id, tags, ct);
        return ScimResult.NoContent;
    }

    static ScimResult NotAllowed(string collection, string allow, ScimRequest request)
    {
        request.TypeOf(collection); // one that is not there is 404 for every method
        return ScimResult.NotAllowed(allow);
    }
}
