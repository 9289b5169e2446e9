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
    const int Places = 2_048;

    /// <summary>Longer documents, in bytes, are not kept: all of them together take 8 MB.</summary>
    const int Longest = 4_096;

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    // Copies in memory of their own: what requests have made would otherwise outlive them, which makes collecting it expensive.
    readonly byte[] _documents = new byte[Places * Longest];
    readonly Entry[] _entries = new Entry[Places];
    readonly Lock _lock = new();

    public void Remember(Guid connection, StoredResource resource)
    {
        var document = resource.Attributes;
        if (!resource.Type.IsUser || document.Length > Longest)
            return;
        var place = PlaceOf(connection, resource.Id);
        var until = clock.GetUtcNow() + Lifetime;
        lock (_lock)
        {
            document.Span.CopyTo(_documents.AsSpan(place * Longest));
            _entries[place] = new(
                connection,
                resource.Type,
                resource.Id,
                resource.Version,
                resource.Created,
                resource.LastModified,
                document.Length,
                until
            );
        }
    }

    /// <summary>Changes a resource that was seen some seconds ago, if it is still the same.</summary>
    /// <returns>
    /// The resource after the change, a user with its <c>groups</c>. <c>null</c> when it must be read for the change: it is not known here,
    /// or is not the same any more, nothing would change, or the change is refused.
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
        await TenantSession.EndAsync(written, ct);
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
        var place = PlaceOf(connection, id);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var entry = _entries[place];
            // The same object as type: with another schema, the connection has other types.
            if (entry.Connection != connection || entry.Id != id || entry.Type != type || entry.Until <= now)
                return null;
            _entries[place] = default;
            var document = _documents.AsSpan(place * Longest, entry.Length).ToArray();
            return new(type, id, entry.Version, entry.Created, entry.LastModified, document, Related: null);
        }
    }

    static int PlaceOf(Guid connection, Guid id) => (int)((uint)HashCode.Combine(connection, id) % Places);

    readonly record struct Entry(
        Guid Connection,
        ResourceType Type,
        Guid Id,
        long Version,
        DateTimeOffset Created,
        DateTimeOffset LastModified,
        int Length,
        DateTimeOffset Until
    );
}
