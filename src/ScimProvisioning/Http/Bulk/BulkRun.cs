using System.Diagnostics;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Resources;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Bulk;

/// <summary>Runs one bulk request (RFC 7644 §3.7) and keeps the outcome of each operation.</summary>
/// <remarks>
/// A resource that refers to one that could not be created fails too (409) and leaves nothing. In a circle of references it has to be
/// created before that is known, and is then deleted again.
/// </remarks>
sealed class BulkRun(BulkRequest bulk, ScimRequest request, ResourceOperations resources, ResourceStore store, CancellationToken ct)
{
    /// <summary>One for all operations: together they must not cost more than one PATCH may.</summary>
    readonly WorkLimit _work = new(ct);

    /// <summary>
    /// Operations that have not begun by then are refused: a client gives up after a minute and would not learn what was done.
    /// </summary>
    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(45);

    readonly long _started = Stopwatch.GetTimestamp();

    readonly BulkOutcome?[] _outcomes = new BulkOutcome?[bulk.Operations.Count];
    readonly RequestNote?[] _notes = new RequestNote?[bulk.Operations.Count];
    readonly IReadOnlySet<string>[] _references = [.. bulk.Operations.Select(operation => operation.FindReferences())];

    /// <summary>
    /// The resources to create, by bulkId. Their ids are chosen before any is created, so that references can be resolved in any order.
    /// </summary>
    readonly Dictionary<string, (int Index, Guid Id)> _created = bulk
        .Operations.Index()
        .Where(o => o.Item is { Method: BulkMethod.Post, BulkId: not null })
        .ToDictionary(o => o.Item.BulkId!, o => (o.Index, store.NewId()), StringComparer.Ordinal);

    bool IsOver => _outcomes.Count(outcome => outcome is { Error: not null }) >= bulk.FailOnErrors;

    /// <returns>The BulkResponse: the operations that were tried, in the order of the request.</returns>
    public async Task<JsonObject> RunAsync()
    {
        try
        {
            foreach (var circle in BulkOrder.Of(bulk.Operations).TakeWhile(_ => !IsOver))
                await RunAsync(circle);
        }
        finally
        {
            // Also of a request that breaks off: what it has done stays done.
            request.Note.Parts.AddRange(_notes.Zip(_outcomes, BulkOutcome.Noted).OfType<RequestNote>());
        }
        return new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkResponse"),
            ["Operations"] = new JsonArray([
                .. _outcomes.Zip(bulk.Operations, (outcome, operation) => outcome?.ToJson(operation)).OfType<JsonObject>(),
            ]),
        };
    }

    async Task RunAsync(IReadOnlyList<int> circle)
    {
        var incomplete = new List<int>();
        foreach (var index in circle.TakeWhile(_ => !IsOver))
            await TryAsync(index, () => RunAsync(index, incomplete));
        await DeleteAgainAsync(circle);
        foreach (var index in incomplete.Where(IsDone))
            await TryAsync(index, () => CompleteAsync(index));
        await DeleteAgainAsync(circle);
    }

    async Task TryAsync(int index, Func<Task<BulkOutcome>> run)
    {
        var began = Stopwatch.GetTimestamp();
        _notes[index] ??= new() { Method = bulk.Operations[index].MethodName };
        try
        {
            _outcomes[index] = await run();
        }
        catch (ScimException e)
        {
            _outcomes[index] = BulkOutcome.Failed(e, bulk.Operations[index].Target is null ? null : Location(bulk.Operations[index]));
        }
        finally
        {
            _notes[index]!.Took += Stopwatch.GetElapsedTime(began);
        }
    }

    /// <param name="incomplete">The operation is added here when it creates a group that lacks members at first.</param>
    async Task<BulkOutcome> RunAsync(int index, List<int> incomplete)
    {
        var operation = bulk.Operations[index];
        if (operation.Error is not null)
            throw operation.Error;
        if (Stopwatch.GetElapsedTime(_started) > MostTime)
            throw ScimException.TooMany("The request took too long before it came to this operation: send it again, in smaller requests.");
        var type = request.TypeOf(operation.Collection);
        var later = NotYetCreated(index);
        var precondition = EntityTags.OfVersion(operation.Version);
        var note = _notes[index]!;
        note.Asks(Asked(operation.Method), type, operation.Target is null ? null : Target(operation), operation.Data);
        switch (operation.Method)
        {
            case BulkMethod.Post:
                var resource = await resources.CreateAsync(
                    request.Caller,
                    type,
                    _created[operation.BulkId!].Id,
                    Data(operation),
                    later,
                    shown: null,
                    ct
                );
                if (later.Count > 0 && type.IsGroup)
                    incomplete.Add(index);
                return Done(note, StatusCodes.Status201Created, resource);
            case BulkMethod.Put:
                return Done(
                    note,
                    StatusCodes.Status200OK,
                    await resources.ReplaceAsync(request.Caller, type, Target(operation), Data(operation), precondition, shown: null, ct)
                );
            case BulkMethod.Patch:
                return Done(
                    note,
                    StatusCodes.Status200OK,
                    await resources.PatchAsync(
                        request.Caller,
                        type,
                        Target(operation),
                        Data(operation),
                        precondition,
                        _work,
                        shown: null,
                        hasBody: false,
                        ct
                    )
                );
            case BulkMethod.Delete:
                note.Answers(await resources.DeleteAsync(request.Caller, type, Target(operation), precondition, ct));
                return new(StatusCodes.Status204NoContent, Location(operation), null, null);
            default:
                throw new InvalidOperationException($"Unhandled {operation.Method}.");
        }
    }

    /// <summary>§3.7.1: a group gets the members that did not exist when it was created.</summary>
    async Task<BulkOutcome> CompleteAsync(int index)
    {
        var operation = bulk.Operations[index];
        var (type, id) = (request.TypeOf(operation.Collection), _created[operation.BulkId!].Id);
        try
        {
            return Done(
                new RequestNote(), // It is the end of what is noted already: the resource was created.
                StatusCodes.Status201Created,
                await resources.ReplaceAsync(request.Caller, type, id.ToString(), Data(operation), Precondition.None, shown: null, ct)
            );
        }
        catch (ScimException)
        {
            await store.DeleteAsync(request.Caller, type, id, _ => { }, ct);
            throw;
        }
    }

    /// <summary>Deletes again what was created but refers to something that was not, until nothing does.</summary>
    async Task DeleteAgainAsync(IReadOnlyList<int> circle)
    {
        while (
            circle
                .Where(IsDone)
                .Select(i => (Index: i, Lost: _references[i].FirstOrDefault(bulkId => !IsDone(_created[bulkId].Index))))
                .FirstOrDefault(i => i.Lost is not null)
                is { Lost: { } lost } found
        )
        {
            var operation = bulk.Operations[found.Index];
            await store.DeleteAsync(request.Caller, request.TypeOf(operation.Collection), _created[operation.BulkId!].Id, _ => { }, ct);
            _outcomes[found.Index] = BulkOutcome.Failed(Lost(lost), location: null);
        }
    }

    /// <summary>
    /// The resources in the same circle that the operation refers to and that do not exist yet. Operations outside the circle have run
    /// before.
    /// </summary>
    /// <exception cref="ScimException">
    /// 400 <c>invalidValue</c> for a bulkId without an operation; 409 when its resource could not be created.
    /// </exception>
    HashSet<Guid> NotYetCreated(int index)
    {
        var later = new HashSet<Guid>();
        foreach (var bulkId in _references[index])
        {
            if (!_created.TryGetValue(bulkId, out var created))
                throw ScimException.InvalidValue($"'bulkId:{bulkId}' stands for nothing: no POST of this request has that bulkId.");
            if (_outcomes[created.Index] is { Error: not null })
                throw Lost(bulkId);
            if (_outcomes[created.Index] is null)
                later.Add(created.Id);
        }
        return later;
    }

    bool IsDone(int index) => _outcomes[index] is { Error: null };

    static ScimException Lost(string bulkId) =>
        ScimException.Conflict($"'bulkId:{bulkId}' stands for nothing: the operation that should make it has failed, or was not run.");

    JsonObject Data(BulkOperation operation) =>
        BulkReferences.Resolve(operation.Data!, bulkId => _created.TryGetValue(bulkId, out var created) ? created.Id.ToString() : null);

    string Target(BulkOperation operation) =>
        BulkReferences.Named(operation.Target) is { } bulkId && _created.TryGetValue(bulkId, out var created)
            ? created.Id.ToString()
            : operation.Target!;

    string Location(BulkOperation operation)
    {
        var collection = request.Caller.Types.ForCollection(operation.Collection)?.Collection ?? operation.Collection;
        return $"{request.Caller.BaseUrl}/{collection}/{Target(operation)}";
    }

    BulkOutcome Done(RequestNote note, int status, StoredResource resource)
    {
        note.Answers(resource);
        return new(status, ResourceJson.Location(resource, request.Caller), resource.ETag, null);
    }

    static RequestOperation Asked(BulkMethod? method) =>
        method switch
        {
            BulkMethod.Post => RequestOperation.Create,
            BulkMethod.Put => RequestOperation.Replace,
            BulkMethod.Patch => RequestOperation.Patch,
            BulkMethod.Delete => RequestOperation.Delete,
            _ => RequestOperation.Other,
        };
}
