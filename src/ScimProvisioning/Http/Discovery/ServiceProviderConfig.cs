using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Bulk;
using ScimProvisioning.Http.Lists;
using ScimProvisioning.Http.Requests;

namespace ScimProvisioning.Http.Discovery;

/// <summary>What this server can do (RFC 7643 §5, RFC 9865 §4): each limit is the one that is enforced.</summary>
static class ServiceProviderConfig
{
    /// <param name="location">URI at which the document is served.</param>
    /// <param name="pagination">Whether it has the member of RFC 9865.</param>
    public static JsonObject Document(string location, bool pagination)
    {
        var document = new JsonObject
        {
            ["schemas"] = new JsonArray(DiscoverySchemas.ServiceProviderConfigId),
            ["patch"] = Supported(true),
            ["bulk"] = new JsonObject
            {
                ["supported"] = true,
                ["maxOperations"] = BulkEndpoint.MaxOperations,
                ["maxPayloadSize"] = ResourceBody.MaxBytes,
            },
            ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = SearchEndpoints.MaxCount },
            ["changePassword"] = Supported(false),
            ["sort"] = Supported(true),
            ["etag"] = Supported(true),
            ["authenticationSchemes"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "oauthbearertoken",
                    ["name"] = "Secret Token",
                    ["description"] = "A secret token of the connection, sent as OAuth bearer token (RFC 6750).",
                    ["specUri"] = "https://www.rfc-editor.org/rfc/rfc6750",
                    ["primary"] = true,
                }
            ),
            ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = location },
        };
        if (pagination)
            document["pagination"] = new JsonObject
            {
                ["cursor"] = true,
                ["index"] = true,
                ["defaultPaginationMethod"] = "index",
                ["defaultPageSize"] = SearchEndpoints.DefaultCount,
                ["maxPageSize"] = SearchEndpoints.MaxCount,
                ["cursorTimeout"] = Cursors.LifetimeSeconds,
            };
        return document;
    }

    static JsonObject Supported(bool supported) => new() { ["supported"] = supported };
}
