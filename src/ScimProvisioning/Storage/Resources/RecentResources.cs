using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// What look-ups have just answered, for the write that follows: an identity provider looks a user up and then changes it. The write takes
/// one round trip then, and names the version that was seen: it does nothing if others have changed the user meanwhile.
/// </summary>
sealed class RecentResources(NpgsqlDataSource database, ChangeSignal signal, TimeProvider clock)
{
    /// <summary>Resources at most. A new one takes the place of another one.</summary>
    const int Places = 4_096;

    /// <summary>Longer documents, in bytes, are not kept: all of them together take 16 MB at most.</summary>
    const int Longest = 4_096;

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    readonly Entry?[] _entries = new Entry?[Places];

    public void Remember(Guid connection, StoredResource resource)
    {
        if (resource.Attributes.Length <= Longest)
            Volatile.Write(ref Place(connection, resource.Id), new(connection, resource, clock.GetUtcNow() + Lifetime));
    }

    /// <summary>Changes a resource that was seen some seconds ago, if it is still the same.</summary>
    /// <returns>
    /// The resource after the change, a user with its <c>groups</c>. <c>null</c> when it must be read for the change: it is not known here or
    /// not the same any more, nothing would change, or the change is refused.
    /// </returns>
    public async Task<StoredResource?> TryUpdateAsync(
        Caller caller,
        ResourceType type,
        Guid id,
        Func<StoredResource, JsonObject> change,
        CancellationToken ct
    )
    {
        if (Take(caller.ConnectionId, type, id) is not { } seen)
            return null;
        JsonObject after;
        try
        {
            after = change(seen);
        }
        catch (ScimException)
        {
            return null;
        }
        var before = seen.ParseDocument();
        var changes = DocumentChanges.Between(before, after, type);
        if (changes.Count == 0 || WriteSql.UpdateUniqueValues(caller, seen, before, after).Any())
            return null;

        var columns = ResourceColumns.Of(caller.ConnectionId, caller.Settings, type, after);
        await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
        await using var written = await transaction.CommitAsync(
            ct,
            WriteSql.Update(caller, seen, columns, changes, clock.GetStoredNow(), onlySameVersion: true),
            ReadSql.Groups(caller, id)
        );
        if (!await written.ReadAsync(ct))
            return null;
        var (version, at) = WriteSql.ReadUpdate(written);
        await written.NextResultAsync(ct);
        var groups = await written.ReadAsync(ct) ? ReadSql.ReadRelated(written) : null;
        // To the outcome of the COMMIT: only then is the write done.
        while (await written.NextResultAsync(ct)) { }
        signal.RaiseSoon(caller.ConnectionId);
        return seen with
        {
            Version = version,
            LastModified = at,
            Attributes = columns.Attributes,
            Related = groups,
            Outcome = StoredResource.OutcomeOf(before, after),
        };
    }

    /// <summary>The resource as it was read, once; <c>null</c> when it is not known, or was read too long ago.</summary>
    StoredResource? Take(Guid connection, ResourceType type, Guid id)
    {
        ref var place = ref Place(connection, id);
        var entry = Volatile.Read(ref place);
        if (entry is null || entry.Connection != connection || entry.Resource.Id != id)
            return null;
        // By one request: the document that it parses is for one thread.
        if (Interlocked.CompareExchange(ref place, null, entry) != entry)
            return null;
        // The same object: with another schema, the connection has other types.
        return entry.Resource.Type == type && entry.Until > clock.GetUtcNow() ? entry.Resource : null;
    }

    ref Entry? Place(Guid connection, Guid id) => ref _entries[(uint)HashCode.Combine(connection, id) % Places];

    sealed record Entry(Guid Connection, StoredResource Resource, DateTimeOffset Until);
}
