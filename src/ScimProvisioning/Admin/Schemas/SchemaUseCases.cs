using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>
/// Registers, lists, reads, replaces and removes the schemas that a connection has beside the built-in ones (RFC 7643 §7).
/// </summary>
sealed class SchemaUseCases(ScimDbContext db, AdminTransaction transaction)
{
    public async Task<JsonObject> CreateAsync(Guid connectionId, JsonObject document, CancellationToken ct)
    {
        DefinitionMembers.RequireKnown(document, DiscoverySchemas.Schema);
        var connection = await db.LockWithDocumentsAsync(connectionId, ct);
        var registered = new RegisteredDocuments(connection);
        var schemaId = RegisteredDocuments.Add(registered.Schemas, document, RegisteredDocuments.SchemaKey);
        var stored = await StoreAsync(connection, registered, schemaId, ct);
        await transaction.RecordAsync(ChangeType.SchemaCreated, connection, "Schema", connectionId, null, stored, ct);
        return stored;
    }

    public async Task<Page<JsonObject>> ListAsync(Guid connectionId, CancellationToken ct) =>
        new(new RegisteredDocuments(await db.ReadWithDocumentsAsync(connectionId, ct)).Schemas, Next: null);

    public async Task<JsonObject> GetAsync(Guid connectionId, string schemaId, CancellationToken ct) =>
        new RegisteredDocuments(await db.ReadWithDocumentsAsync(connectionId, ct)).Schema(schemaId);

    public async Task<JsonObject> ReplaceAsync(Guid connectionId, string schemaId, JsonObject document, CancellationToken ct)
    {
        DefinitionMembers.RequireKnown(document, DiscoverySchemas.Schema);
        var connection = await db.LockWithDocumentsAsync(connectionId, ct);
        var registered = new RegisteredDocuments(connection);
        var (old, before) = (registered.Schema(schemaId), registered.Types());
        RegisteredDocuments.Replace(registered.Schemas, old, document, RegisteredDocuments.SchemaKey);
        var stored = await StoreAsync(connection, registered, schemaId, ct);
        await db.RequireStillHiddenAsync(connectionId, before, registered.Types(), ct);
        await transaction.RecordAsync(ChangeType.SchemaUpdated, connection, "Schema", connectionId, old, stored, ct);
        return stored;
    }

    public async Task DeleteAsync(Guid connectionId, string schemaId, CancellationToken ct)
    {
        var connection = await db.LockWithDocumentsAsync(connectionId, ct);
        var registered = new RegisteredDocuments(connection);
        var schema = registered.Schema(schemaId);
        if (registered.UsersOf((string)schema[RegisteredDocuments.SchemaKey]!).ToList() is { Count: > 0 } users)
            throw ScimException.Conflict(
                $"The schema is used by the resource types {string.Join(", ", users)}. Take it out of them first."
            );
        registered.Schemas.Remove(schema);
        await db.DeleteObsoleteUniqueValuesAsync(connectionId, registered.Store(), ct);
        await transaction.RecordAsync(ChangeType.SchemaDeleted, connection, "Schema", connectionId, schema, null, ct);
    }

    async Task<JsonObject> StoreAsync(Connection connection, RegisteredDocuments registered, string schemaId, CancellationToken ct)
    {
        await db.DeleteObsoleteUniqueValuesAsync(connection.Id, registered.Store(), ct);
        return new RegisteredDocuments(connection).Schema(schemaId);
    }
}
