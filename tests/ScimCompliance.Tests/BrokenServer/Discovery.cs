using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>The discovery documents (RFC 7644 §4).</summary>
sealed class Discovery(Store store)
{
    /// <summary>Null when the address is not one of discovery.</summary>
    public Answer? Find(Message message)
    {
        if (message.Segments is not [var first, .. var rest] || rest.Length > 1 || Documents(first) is not { } documents)
            return null;
        if (message.Method is not ("GET" or "HEAD"))
            return Answer.NotAllowed("GET, HEAD");
        if (message.Query.ContainsKey("filter"))
            throw ScimException.Forbidden("Discovery cannot be filtered.");
        if (rest is [] && documents is [var config] && config["id"] is null)
            return new(200, config);
        if (rest is [])
            return Answer.List(documents, documents.Count);
        return
            documents.FirstOrDefault(document => rest[0].Equals((string?)document["id"], StringComparison.OrdinalIgnoreCase)) is { } found
            ? new(200, found)
            : throw ScimException.NotFound($"There is no '{rest[0]}'.");
    }

    List<JsonObject>? Documents(string name) =>
        name.ToLowerInvariant() switch
        {
            "serviceproviderconfig" => [Config()],
            "resourcetypes" =>
            [
                .. ResourceTypes.BuiltIn.All.Select(type =>
                    DiscoveryDocuments.ForResourceType(type, $"{store.BaseUrl}/ResourceTypes/{type.Name}")
                ),
            ],
            "schemas" =>
            [
                .. ResourceTypes
                    .BuiltIn.Schemas.Concat(DiscoverySchemas.All)
                    .Select(schema => DiscoveryDocuments.ForSchema(schema, $"{store.BaseUrl}/Schemas/{schema.Id}")),
            ],
            _ => null,
        };

    JsonObject Config() =>
        new()
        {
            ["schemas"] = new JsonArray(DiscoverySchemas.ServiceProviderConfigId),
            ["patch"] = new JsonObject { ["supported"] = true },
            ["bulk"] = new JsonObject
            {
                ["supported"] = true,
                ["maxOperations"] = Bulk.MaxOperations,
                ["maxPayloadSize"] = Message.MaxBytes,
            },
            ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = Lists.MaxCount },
            ["changePassword"] = new JsonObject { ["supported"] = false },
            ["sort"] = new JsonObject { ["supported"] = true },
            ["etag"] = new JsonObject { ["supported"] = true },
            ["pagination"] = new JsonObject
            {
                ["cursor"] = true,
                ["index"] = true,
                ["defaultPaginationMethod"] = "index",
                ["defaultPageSize"] = 100,
                ["maxPageSize"] = Lists.MaxCount,
                ["cursorTimeout"] = 3600,
            },
            ["authenticationSchemes"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "oauthbearertoken",
                    ["name"] = "Secret Token",
                    ["description"] = "A token, sent as OAuth bearer token (RFC 6750).",
                    ["specUri"] = "https://www.rfc-editor.org/rfc/rfc6750",
                    ["primary"] = true,
                }
            ),
            ["meta"] = new JsonObject
            {
                ["resourceType"] = "ServiceProviderConfig",
                ["location"] = $"{store.BaseUrl}/ServiceProviderConfig",
            },
        };
}
