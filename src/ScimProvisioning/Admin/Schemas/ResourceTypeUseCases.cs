using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>
/// Registers, lists, reads, replaces and removes the resource types of a connection (RFC 7643 §6). Those that are named User and Group add
/// extensions to the built-in ones.
/// </summary>
sealed class ResourceTypeUseCases(ScimDbContext db, AdminTransaction transaction)
{
    public async Task<JsonObject> CreateAsync(Guid connectionId, JsonObject document, CancellationToken ct)
    {
        DefinitionMembers.RequireKnown(document, DiscoverySchemas.ResourceType);
        var connection = await db.LockWithDocumentsAsync(connectionId, ct);
        var registered = new RegisteredDocuments(connection);
        var name = RegisteredDocuments.Add(registered.ResourceTypes, document, RegisteredDocuments.ResourceTypeKey);
        if (name.Equals(ChangeType.ReservedName, StringComparison.OrdinalIgnoreCase))
            throw ScimException.InvalidValue(
                $"'name' is '{name}': its changes would have the same types as those of connections. Choose another name."
            );
        var stored = await StoreAsync(connection, registered, name, ct);
        await transaction.RecordAsync(ChangeType.ResourceTypeCreated, connection, "ResourceType", connectionId, null, stored, ct);
        return stored;
    }

    public async Task<Page<JsonObject>> ListAsync(Guid connectionId, CancellationToken ct) =>
        new(new RegisteredDocuments(await db.ReadWithDocumentsAsync(connectionId, ct)).ResourceTypes, Next: null);

    public async Task<JsonObject> GetAsync(Guid connectionId, string name, CancellationToken ct) =>
        new RegisteredDocuments(await db.ReadWithDocumentsAsync(connectionId, ct)).ResourceType(name);

    public async Task<JsonObject> ReplaceAsync(Guid connectionId, string name, JsonObject document, CancellationToken ct)
    {
        DefinitionMembers.RequireKnown(document, DiscoverySchemas.ResourceType);
        var connection = await db.LockWithDocumentsAsync(connectionId, ct);
        var registered = new RegisteredDocuments(connection);
        var (old, before) = (registered.ResourceType(name), registered.Types());
        RegisteredDocuments.Replace(registered.ResourceTypes, old, document, RegisteredDocuments.ResourceTypeKey);
        var stored = await StoreAsync(connection, registered, name, ct);
        if (!JsonNode.DeepEquals(stored["schema"], old["schema"]))
            await RequireEmptyAsync(
                connection,
                (string)old[RegisteredDocuments.ResourceTypeKey]!,
                "they would keep the attributes of another schema",
                ct
            );
        await db.RequireStillHiddenAsync(connectionId, before, registered.Types(), ct);
        await transaction.RecordAsync(ChangeType.ResourceTypeUpdated, connection, "ResourceType", connectionId, old, stored, ct);
        return stored;
    }

    public async Task DeleteAsync(Guid connectionId, string name, CancellationToken ct)
    {
        var connection = await db.LockWithDocumentsAsync(connectionId, ct);
        var registered = new RegisteredDocuments(connection);
        var (type, before) = (registered.ResourceType(name), registered.Types());
        if (ResourceTypes.BuiltIn.Named(name) is null)
            await RequireEmptyAsync(
                connection,
                (string)type[RegisteredDocuments.ResourceTypeKey]!,
                "no request could reach them any more",
                ct
            );
        registered.ResourceTypes.Remove(type);
        var types = registered.Store();
        await db.RequireStillHiddenAsync(connectionId, before, types, ct);
        await db.DeleteObsoleteUniqueValuesAsync(connectionId, types, ct);
        await transaction.RecordAsync(ChangeType.ResourceTypeDeleted, connection, "ResourceType", connectionId, type, null, ct);
    }

    async Task<JsonObject> StoreAsync(Connection connection, RegisteredDocuments registered, string name, CancellationToken ct)
    {
        await db.DeleteObsoleteUniqueValuesAsync(connection.Id, registered.Store(), ct);
        return new RegisteredDocuments(connection).ResourceType(name);
    }

    async Task RequireEmptyAsync(Connection connection, string name, string reason, CancellationToken ct)
    {
        if (await db.HasResourcesAsync(connection.Id, name, ct))
            throw ScimException.Conflict($"There are resources of the type {name}, and {reason}. Delete them first.");
    }
}
