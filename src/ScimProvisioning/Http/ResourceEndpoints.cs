using System.Collections.Frozen;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Resources;

namespace ScimProvisioning.Http;

/// <summary>The verbs of RFC 7644 §3, one method each, for every resource type: types differ in their schema only.</summary>
static class ResourceEndpoints
{
    public static void Map(RouteGroupBuilder scim)
    {
        scim.MapPost("{collection}", Post);
        scim.MapMethods("{collection}/{id}", ScimRoutes.ReadMethods, Get);
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
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        request.Note.Asks(RequestOperation.Create, type, body: body.Json);
        var shown = request.ProjectionOf(type);
        var created = await operations.CreateAsync(request.Caller, type, id: null, body.Json, later: FrozenSet<Guid>.Empty, shown, ct);
        request.Note.Answers(created);
        return ScimResult.Created(created, shown, request.Caller);
    }

    static async Task<ScimResult> Get(
        string collection,
        string id,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        request.Note.Asks(RequestOperation.Get, type, id);
        var shown = request.ProjectionOf(type);
        var resource = await operations.GetAsync(request.Caller, type, id, shown, ct);
        request.Note.Answers(resource);
        return request.Precondition.Excludes(resource.ETag)
            ? ScimResult.NotModified(resource)
            : ScimResult.Ok(resource, shown, request.Caller);
    }

    static async Task<ScimResult> Put(
        string collection,
        string id,
        ResourceBody body,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        request.Note.Asks(RequestOperation.Replace, type, id, body.Json);
        var shown = request.ProjectionOf(type);
        var replaced = await operations.ReplaceAsync(request.Caller, type, id, body.Json, request.Precondition, shown, ct);
        request.Note.Answers(replaced);
        return ScimResult.Ok(replaced, shown, request.Caller);
    }

    static async Task<ScimResult> Patch(
        string collection,
        string id,
        ResourceBody body,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        request.Note.Asks(RequestOperation.Patch, type, id, body.Json);
        var shown = request.MayRead && request.HasProjection ? request.ProjectionOf(type) : null;
        var work = new WorkLimit(ct);
        var hasBody = request.MayRead;
        var patched = await operations.PatchAsync(request.Caller, type, id, body.Json, request.Precondition, work, shown, hasBody, ct);
        request.Note.Answers(patched);
        return hasBody && ResourceOperations.ShowsPatched(request.Caller, patched, shown)
            ? ScimResult.Ok(patched, shown ?? request.ProjectionOf(type), request.Caller)
            : ScimResult.Changed(patched, request.Caller);
    }

    static async Task<ScimResult> Delete(
        string collection,
        string id,
        ScimRequest request,
        ResourceOperations operations,
        CancellationToken ct
    )
    {
        var type = request.TypeOf(collection);
        request.Note.Asks(RequestOperation.Delete, type, id);
        request.Note.Answers(await operations.DeleteAsync(request.Caller, type, id, request.Precondition, ct));
        return ScimResult.NoContent;
    }

    static ScimResult NotAllowed(string collection, string allow, ScimRequest request)
    {
        request.TypeOf(collection); // an unknown collection is 404 for every method
        return ScimResult.NotAllowed(allow);
    }
}
