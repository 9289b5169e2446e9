using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Generated;

/// <summary>
/// A connection with random resources, some of them stored under schemas that have changed since, and the JSON that GET shows
/// for each.
/// </summary>
sealed class GeneratedDirectory
{
    readonly NpgsqlDataSource _database;
    readonly Caller _caller;

    GeneratedDirectory(NpgsqlDataSource database, Guid connection) =>
        (_database, _caller) = (
            database,
            new Caller(
                connection,
                GeneratedTypes.Now,
                new ConnectionSettings(UniqueGroupNames: false),
                "https://scim.example.com/scim/v2/con-x",
                "request",
                "test"
            )
        );

    /// <summary>The resources of each type by id.</summary>
    public Dictionary<string, Dictionary<Guid, JsonObject>> Resources { get; } = [];

    /// <param name="connection">The connection that receives them.</param>
    public static async Task<GeneratedDirectory> LoadAsync(ScimServer server, Guid connection, int seed, int perType)
    {
        var random = new Random(seed);
        var directory = new GeneratedDirectory(server.Services.GetRequiredService<NpgsqlDataSource>(), connection);
        var json = new GeneratedJson(random);
        foreach (var type in GeneratedTypes.Now.All)
            await directory.InsertAsync(type, Enumerable.Range(0, perType).Select(i => Document(json, type, i, random)), random);
        await directory.JoinAsync();
        foreach (var type in GeneratedTypes.Now.All)
        {
            var projection = AttributeProjection.Parse(null, null, type);
            var stored = await directory.ListAsync(type, filter: null, useTermIndex: false, related: true);
            directory.Resources[type.Name] = stored.ToDictionary(r => r.Id, r => Json(r, projection, directory._caller));
        }
        return directory;
    }

    static JsonObject Json(StoredResource resource, AttributeProjection projection, Caller caller)
    {
        var json = new ArrayBufferWriter<byte>();
        ResourceJson.WriteOwn(json, resource, projection, caller);
        json.Write("}"u8);
        var document = (JsonObject)JsonNode.Parse(json.WrittenSpan)!;
        if (resource.Related is { } related)
            document[resource.Type.IsGroup ? "members" : "groups"] = JsonNode.Parse(related.Json.Span);
        return document;
    }

    /// <summary>The ids that the database finds: by the filter alone and, where it can be used, by the index of terms.</summary>
    public async Task<IReadOnlyList<HashSet<Guid>>> FindAsync(ResourceType type, FilterExpression filter)
    {
        var ways = ListSql.HasCandidates(_caller, Query(type, filter, related: false)) ? new[] { false, true } : [false];
        var found = new List<HashSet<Guid>>();
        foreach (var useTermIndex in ways)
            found.Add([.. (await ListAsync(type, filter, useTermIndex, related: false)).Select(r => r.Id)]);
        return found;
    }

    static JsonObject Document(GeneratedJson json, ResourceType type, int number, Random random)
    {
        while (true)
        {
            var before = GeneratedTypes.Before[random.Next(2) * random.Next(GeneratedTypes.Before.Count)].Named(type.Name)!;
            try
            {
                return ResourceParser.Create(json.Body(before, number), before);
            }
            catch (ScimException)
            {
                // Not a valid document, for example because of an impossible time or two primary values: make another.
            }
        }
    }

    static ResourceQuery Query(ResourceType type, FilterExpression? filter, bool related) =>
        new([new(type, filter, null, related)], false, 0, 900, null);

    async Task<List<StoredResource>> ListAsync(ResourceType type, FilterExpression? filter, bool useTermIndex, bool related)
    {
        await using var transaction = await TenantSession.OpenAsync(_database, _caller.ConnectionId, default);
        await using var rows = await transaction.CommitAsync(default, ListSql.Page(_caller, Query(type, filter, related), useTermIndex));
        var found = new List<StoredResource>();
        while (await rows.ReadAsync())
            if (!ResourceReader.HasNoResource(rows))
                found.Add(ResourceReader.Read(rows, _caller.Types));
        return found;
    }

    async Task InsertAsync(ResourceType type, IEnumerable<JsonObject> documents, Random random)
    {
        await RunAsync(
            documents.Select(document =>
            {
                var sql = new Sql();
                var created = new DateTimeOffset(2026, 1, random.Next(1, 4), random.Next(24), 0, 0, random.Next(3), TimeSpan.Zero);
                var columns = ResourceColumns.Of(_caller.ConnectionId, _caller.Settings, type, document);
                return sql.Statement(
                    $"""
                    INSERT INTO resources (connection_id, id, resource_type, {ResourceColumns.Names}, version, created_at, modified_at)
                    VALUES ({sql.Add(_caller.ConnectionId)}, gen_random_uuid(), {sql.Add(type.Name)}, {columns.Values(sql)}, {sql.Add(
                        random.Next(1, 4)
                    )}, {sql.Add(created)}, {sql.Add(created.AddHours(random.Next(2)))})
                    """
                );
            })
        );
    }

    /// <summary>Makes some users and groups members of about half of the groups.</summary>
    async Task JoinAsync()
    {
        var sql = new Sql();
        var connection = sql.Add(_caller.ConnectionId);
        await RunAsync([
            sql.Statement(
                $"""
                INSERT INTO group_members SELECT {connection}, g.id, m.id, now() FROM resources g, resources m
                WHERE g.connection_id = {connection} AND m.connection_id = {connection}
                    AND g.resource_type = 'Group' AND m.resource_type IN ('User', 'Group') AND g.id <> m.id
                    AND hashtext(g.id::text) % 2 = 0 AND hashtext(g.id::text || m.id::text) % 50 = 0
                """
            ),
        ]);
    }

    async Task RunAsync(IEnumerable<NpgsqlBatchCommand> statements)
    {
        await using var transaction = await TenantSession.OpenAsync(_database, _caller.ConnectionId, default);
        await using var rows = await transaction.CommitAsync(default, statements);
        while (await rows.NextResultAsync()) { }
    }
}
