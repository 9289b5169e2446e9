using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Bulk;

/// <summary>One bulk request on its way (RFC 7644 §3.7): what each operation refers to, and what became of it.</summary>
/// <remarks>
/// A resource that refers to one that could not be made fails with it (409) and leaves nothing: within a circle, where it has to be made before
/// that is known, it is taken back.
/// </remarks>
sealed class BulkRun(BulkRequest bulk, ScimRequest request, ResourceOperations resources, ResourceStore store, TimeProvider clock)
{
    readonly BulkOutcome?[] _outcomes = new BulkOutcome?[bulk.Operations.Count];
    readonly IReadOnlySet<string>[] _references = [.. bulk.Operations.Select(operation => operation.FindReferences())];

    /// <summary>The resources to be made, by bulkId. Their ids are chosen up front, so that references can be resolved in any order.</summary>
    readonly Dictionary<string, (int Index, Guid Id)> _made = bulk
        .Operations.Index()
        .Where(o => o.Item.Method is BulkMethod.Post)
        .ToDictionary(o => o.Item.BulkId!, o => (o.Index, Guid.CreateVersion7(clock.GetUtcNow())), StringComparer.Ordinal);

    bool IsOver => _outcomes.Count(outcome => outcome is { Error: not null }) >= bulk.FailOnErrors;

    /// <returns>The BulkResponse: what was tried, in the order of the request.</returns>
    public async Task<JsonObject> RunAsync(CancellationToken ct)
    {
        foreach (var circle in BulkOrder.Of(bulk.Operations).TakeWhile(_ => !IsOver))
        {
            var incomplete = new List<int>();
            foreach (var index in circle.TakeWhile(_ => !IsOver))
                await TryAsync(index, () => RunAsync(index, incomplete, ct));
            await TakeBackAsync(circle, ct);
            foreach (var index in incomplete.Where(IsDone))
                await TryAsync(index, () => CompleteAsync(index, ct));
            await TakeBackAsync(circle, ct);
        }
        return new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkResponse"),
            ["Operations"] = new JsonArray([
                .. _outcomes.Zip(bulk.Operations, (outcome, operation) => outcome?.ToJson(operation)).OfType<JsonObject>(),
            ]),
        };
    }

    async Task TryAsync(int index, Func<Task<BulkOutcome>> run)
    {
        try
        {
            _outcomes[index] = await run();
        }
        catch (ScimException e)
        {
            _outcomes[index] = BulkOutcome.Failed(
                e,
                bulk.Operations[index].Method is BulkMethod.Post ? null : Location(bulk.Operations[index])
            );
        }
    }

    /// <param name="incomplete">Gets the operation when it has to do without a member at first.</param>
    async Task<BulkOutcome> RunAsync(int index, List<int> incomplete, CancellationToken ct)
    {
        var operation = bulk.Operations[index];
        var type = request.TypeOf(operation.Collection);
        var later = NotYetMade(index);
        var tags = EntityTags.OfVersion(operation.Version);
        switch (operation.Method)
        {
            case BulkMethod.Post:
                var created = await resources.CreateAsync(
                    request.Caller,
                    type,
                    _made[operation.BulkId!].Id,
                    Data(operation),
                    later,
                    shown: null,
                    ct
                );
                if (later.Count > 0 && type.IsGroup)
                    incomplete.Add(index);
                return Done(StatusCodes.Status201Created, created);
            case BulkMethod.Put:
                return Done(
                    StatusCodes.Status200OK,
                    await resources.ReplaceAsync(request.Caller, type, Target(operation), Data(operation), tags, shown: null, ct)
                );
            case BulkMethod.Patch:
                var patched = await resources.PatchAsync(request.Caller, type, Target(operation), Data(operation), tags, shown: null, ct);
                return Done(
                    ResourceOperations.ShowsPatched(request.Caller, type) ? StatusCodes.Status200OK : StatusCodes.Status204NoContent,
                    patched
                );
            case BulkMethod.Delete:
                await resources.DeleteAsync(request.Caller, type, Target(operation), tags, ct);
                return new(StatusCodes.Status204NoContent, Location(operation), null, null);
            default:
                throw new InvalidOperationException($"Unhandled {operation.Method}.");
        }
    }

    /// <summary>§3.7.1: now that they are all there, a group gets the members it had to do without.</summary>
    async Task<BulkOutcome> CompleteAsync(int index, CancellationToken ct)
    {
        var operation = bulk.Operations[index];
        var (type, id) = (request.TypeOf(operation.Collection), _made[operation.BulkId!].Id);
        try
        {
            return Done(
                StatusCodes.Status201Created,
                await resources.ReplaceAsync(
                    request.Caller,
                    type,
                    id.ToString(),
                    Data(operation),
                    EntityTags.OfVersion(null),
                    shown: null,
                    ct
                )
            );
        }
        catch (ScimException)
        {
            await store.DeleteAsync(request.Caller, type, id, _ => { }, ct);
            throw;
        }
    }

    /// <summary>Takes back what was made and refers to what was not, until nothing does.</summary>
    async Task TakeBackAsync(IReadOnlyList<int> circle, CancellationToken ct)
    {
        while (
            circle
                .Where(IsDone)
                .Select(i => (Index: i, Lost: _references[i].FirstOrDefault(bulkId => !IsDone(_made[bulkId].Index))))
                .FirstOrDefault(i => i.Lost is not null)
                is { Lost: { } lost } found
        )
        {
            var operation = bulk.Operations[found.Index];
            await store.DeleteAsync(request.Caller, request.TypeOf(operation.Collection), _made[operation.BulkId!].Id, _ => { }, ct);
            _outcomes[found.Index] = BulkOutcome.Failed(Lost(lost), location: null);
        }
    }

    /// <summary>Those in the same circle: all others that the operation refers to have run.</summary>
    /// <exception cref="ScimException">400 <c>invalidValue</c> for what no operation makes; 409 for what could not be made.</exception>
    HashSet<Guid> NotYetMade(int index)
    {
        var later = new HashSet<Guid>();
        foreach (var bulkId in _references[index])
        {
            if (!_made.TryGetValue(bulkId, out var made))
                throw ScimException.InvalidValue($"'bulkId:{bulkId}' stands for nothing: no POST of this request has that bulkId.");
            if (_outcomes[made.Index] is { Error: not null })
                throw Lost(bulkId);
            if (_outcomes[made.Index] is null)
                later.Add(made.Id);
        }
        return later;
    }

    bool IsDone(int index) => _outcomes[index] is { Error: null };

    static ScimException Lost(string bulkId) =>
        ScimException.Conflict($"'bulkId:{bulkId}' stands for nothing: the operation that should make it has failed, or was not run.");

    JsonObject Data(BulkOperation operation) =>
        BulkReferences.Resolve(operation.Data!, bulkId => _made.TryGetValue(bulkId, out var made) ? made.Id.ToString() : null);

    string Target(BulkOperation operation) =>
        BulkReferences.Named(operation.Target) is { } bulkId && _made.TryGetValue(bulkId, out var made)
            ? made.Id.ToString()
            : operation.Target!;

    string Location(BulkOperation operation) =>
        $"{request.Caller.BaseUrl}/{request.Caller.Types.ForCollection(operation.Collection)?.Collection ?? operation.Collection}/{Target(operation)}";

    BulkOutcome Done(int status, StoredResource resource) =>
        new(status, ResourceJson.Location(resource, request.Caller), resource.ETag, null);
}
