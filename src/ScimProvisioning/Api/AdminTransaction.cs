using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Api;

/// <summary>
/// One request of an admin, whether by HTTP or by the command line: a transaction that reaches as far as the admin does. What it changes, its
/// audit entries and its events are committed together or not at all.
/// </summary>
sealed class AdminTransaction(ScimDbContext db, ConnectionChanges changes, TimeProvider clock)
{
    CurrentAdmin? _admin;
    string? _address;

    public CurrentAdmin Admin => _admin ?? throw new InvalidOperationException("The work has not begun.");

    /// <summary>Written to everything that the request changes.</summary>
    public string RequestId { get; private set; } = "";

    /// <summary>The one moment at which everything in this request happens.</summary>
    public DateTimeOffset Now { get; } = clock.GetStoredNow();

    /// <summary>Runs a read: nothing that it does stays.</summary>
    public async Task<T> ReadAsync<T>(CurrentAdmin admin, Func<Task<T>> read, CancellationToken ct)
    {
        _admin = admin;
        await using var transaction = await db.BeginAsync(admin.Reach, ct);
        return await read();
    }

    /// <summary>Runs a change; what throws changes nothing.</summary>
    /// <exception cref="ProblemException">403 for a key that may only read.</exception>
    public async Task<T> ChangeAsync<T>(CurrentAdmin admin, string requestId, string? address, Func<Task<T>> change, CancellationToken ct)
    {
        if (!admin.CanWrite)
            throw ProblemException.Forbidden("This admin key may only read.");
        (_admin, RequestId, _address) = (admin, requestId, address);
        await using var transaction = await db.BeginAsync(admin.Reach, ct);
        var result = await change();
        RequireTrace();
        // All is done: a caller who has hung up does not undo it.
        await db.SaveChangesAsync(CancellationToken.None);
        // What has changed nothing makes no server forget anything.
        if (db.ChangeTracker.Entries<AuditEntry>().Any())
            await changes.CommitAsync(db, CancellationToken.None);
        else
            await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    // Saved together with this: the handlers leave it to ChangeAsync.
    void RequireTrace()
    {
        db.ChangeTracker.DetectChanges();
        var changed = db
            .ChangeTracker.Entries()
            .Any(entry => entry.State != EntityState.Unchanged && entry.Entity is not (AuditEntry or IdempotencyKey));
        if (changed && !db.ChangeTracker.Entries<AuditEntry>().Any())
            throw new InvalidOperationException("A change left no trace in the audit log.");
    }

    /// <summary>Notes a change that belongs to no connection.</summary>
    /// <param name="before">As the admin API shows it; <c>null</c> for what was not there.</param>
    public void Record(string action, string targetType, Guid targetId, Guid? organizationId, object? before, object? after) =>
        Record(action, targetType, targetId, organizationId, null, Json(before), Json(after));

    /// <summary>Notes a change of a connection, or of what belongs to it, in the audit log and as an event of the connection.</summary>
    /// <param name="action">Also the type of the event, such as <c>connection.paused</c>.</param>
    public async Task RecordAsync(
        string action,
        Connection connection,
        string targetType,
        Guid targetId,
        object? before,
        object? after,
        CancellationToken ct
    )
    {
        var (old, current) = (Json(before), Json(after));
        Record(action, targetType, targetId, connection.OrganizationId, connection.Id, old, current);
        connection.Version++;
        // The event log is read by connection, and fenced by it.
        await db.Database.ExecuteSqlRawAsync(TenantTransaction.Confine(connection.Id), ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO events (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)
            VALUES ({connection.Id}, {action}, 'Connection', {connection.Id}, {connection.Version}, {Changes(
                    old,
                    current
                ).ToJsonString()}::jsonb, {RequestId}, {Admin.Actor}, {Now})
            """,
            ct
        );
    }

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
                Address = _address,
            }
        );

    /// <summary>The members that differ, as events tell changes.</summary>
    static JsonArray Changes(JsonObject? before, JsonObject? after)
    {
        var names = (before ?? []).Concat(after ?? []).Select(member => member.Key).Distinct();
        return new([
            .. names
                .Where(name => !JsonNode.DeepEquals(before?[name], after?[name]))
                .Select(name => new JsonObject
                {
                    ["path"] = name,
                    ["old"] = before?[name]?.DeepClone(),
                    ["new"] = after?[name]?.DeepClone(),
                }),
        ]);
    }

    static JsonObject? Json(object? shown) => (JsonObject?)JsonSerializer.SerializeToNode(shown, JsonSerializerOptions.Web);
}
