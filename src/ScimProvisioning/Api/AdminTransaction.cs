using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Scim;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Api;

/// <summary>
/// One request of an admin, by HTTP or by the command line, as one database transaction: the changes, their audit entries and their entries
/// in the change log are committed together or not at all. Row-level security shows it only what this admin may see.
/// </summary>
sealed class AdminTransaction(ScimDbContext db, ConnectionChanges changes, TimeProvider clock)
{
    const int LoggedAtOnce = 500;

    readonly HashSet<Guid> _changed = [];
    readonly List<NpgsqlBatchCommand> _last = [];
    AdminCaller? _caller;

    public AdminCaller Caller => _caller ?? throw new InvalidOperationException("The transaction has not begun.");

    public CurrentAdmin Admin => Caller.Admin;

    public string RequestId => Caller.RequestId;

    /// <summary>The time of the request: everything that it changes bears the same time.</summary>
    public DateTimeOffset Now { get; } = clock.GetStoredNow();

    /// <summary>Runs a read. The transaction is rolled back afterwards.</summary>
    public async Task<T> ReadAsync<T>(CurrentAdmin admin, Func<Task<T>> read, CancellationToken ct)
    {
        _caller = new(admin, _caller?.RequestId ?? "", _caller?.Address);
        await using var transaction = await db.BeginAsync(admin.Reach, ct);
        return await read();
    }

    /// <summary>Runs a change and commits it. When it throws, everything is rolled back.</summary>
    /// <exception cref="ProblemException">403 for a key that may only read.</exception>
    public async Task<T> ChangeAsync<T>(AdminCaller caller, Func<Task<T>> change, CancellationToken ct)
    {
        if (!caller.Admin.CanWrite)
            throw ProblemException.Forbidden("This admin key may only read.");
        _caller = caller;
        await using var transaction = await db.BeginAsync(caller.Admin.Reach, ct);
        var result = await change();
        RequireAuditEntry();
        // From here on the change is complete, so a caller that hangs up does not cancel it.
        await db.SaveChangesAsync(CancellationToken.None);
        // Without an audit entry nothing has changed, so no server needs to drop its cache.
        var isTold = _changed.Count > 0 || db.ChangeTracker.Entries<AuditEntry>().Any();
        if (isTold)
            await ConnectionChanges.NotifyAsync(db, _changed, CancellationToken.None);
        if (_last.Count > 0)
            await db.RunAsync(CancellationToken.None, _last);
        if (isTold)
            await changes.CommitAsync(db, CancellationToken.None);
        else
            await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    /// <summary>Leaves statements to the end, right before the commit: they take a lock that all writers of events wait for.</summary>
    public void RunLast(IEnumerable<NpgsqlBatchCommand> statements) => _last.AddRange(statements);

    void RequireAuditEntry()
    {
        db.ChangeTracker.DetectChanges();
        var changed = db
            .ChangeTracker.Entries()
            .Any(entry => entry.State != EntityState.Unchanged && entry.Entity is not (AuditEntry or IdempotencyKey));
        if (changed && !db.ChangeTracker.Entries<AuditEntry>().Any())
            throw new InvalidOperationException("A change has no entry in the audit log.");
    }

    /// <summary>Notes in the audit log alone what is in no change log.</summary>
    /// <param name="before">As the admin API shows it; <c>null</c> for what was not there.</param>
    /// <param name="connectionId">The connection it concerns; <c>null</c>: none.</param>
    public void Record(
        AuditAction action,
        string targetType,
        Guid targetId,
        Guid? organizationId,
        object? before,
        object? after,
        Guid? connectionId = null
    ) => Record(action.Name, targetType, targetId, organizationId, connectionId, Json(before), Json(after));

    /// <summary>Notes a change of a connection, or of what belongs to it, in the audit log and in its change log.</summary>
    public async Task RecordAsync(
        ChangeType type,
        Connection connection,
        string targetType,
        Guid targetId,
        object? before,
        object? after,
        CancellationToken ct
    )
    {
        var (old, current) = (Json(before), Json(after));
        Record(type.Name, targetType, targetId, connection.OrganizationId, connection.Id, old, current);
        await db.RunAsync(ct, ChangeLog.Append(connection, type, Changes(old, current), RequestId, Admin.Actor, Now));
        _changed.Add(connection.Id);
    }

    /// <summary>Notes in the change logs of connections that something changed which the audit log has for the whole server.</summary>
    public async Task LogAsync(ChangeType type, IReadOnlyCollection<Connection> connections, CancellationToken ct)
    {
        // Many in one round trip: until the last of them, nobody can change any of the connections.
        foreach (var part in connections.Chunk(LoggedAtOnce))
            await db.RunAsync(ct, part.SelectMany(c => ChangeLog.Append(c, type, [], RequestId, Admin.Actor, Now)));
        _changed.UnionWith(connections.Select(c => c.Id));
    }

    /// <summary>The change log of a connection has got an entry otherwise, which the projection is to see at once.</summary>
    public void Logged(Guid connection) => _changed.Add(connection);

    void Record(
        string action,
        string targetType,
        Guid targetId,
        Guid? organizationId,
        Guid? connectionId,
        JsonObject? before,
        JsonObject? after
    ) =>
        db.AuditLog.Add(
            new()
            {
                Id = Guid.CreateVersion7(Now),
                OccurredAt = Now,
                Actor = Admin.Actor,
                Action = action,
                OrganizationId = organizationId,
                ConnectionId = connectionId,
                TargetType = targetType,
                TargetId = targetId,
                Before = before?.ToJsonString(),
                After = after?.ToJsonString(),
                RequestId = RequestId,
                Address = Caller.Address,
            }
        );

    /// <summary>The members that differ, each as a whole.</summary>
    static JsonArray Changes(JsonObject? before, JsonObject? after)
    {
        var names = (before ?? []).Concat(after ?? []).Select(member => member.Key).Distinct();
        return new([
            .. names
                .Where(name => !JsonNode.DeepEquals(before?[name], after?[name]))
                .Select(name => DocumentChanges.Entry(name, before?[name], after?[name])),
        ]);
    }

    static JsonObject? Json(object? shown) => (JsonObject?)JsonSerializer.SerializeToNode(shown, JsonSerializerOptions.Web);
}
