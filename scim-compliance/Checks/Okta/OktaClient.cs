using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Checks.Okta;

/// <summary>Requests with the headers that Okta sends.</summary>
static class OktaClient
{
    public const string Reference = "okta-developer-docs scim-20";

    static readonly (string, string)[] Headers =
    [
        ("User-Agent", "Okta SCIM Client 1.0.0"),
        ("Accept", "application/scim+json"),
        ("Content-Type", "application/scim+json"),
    ];

    public static Task<Reply> OktaGet(this CheckRun run, string path) => run.Get(path, Headers[..2]);

    public static Task<Reply> OktaPost(this CheckRun run, string path, JsonNode body) => run.Post(path, body, Headers);

    public static Task<Reply> OktaPut(this CheckRun run, CreatedResource resource, JsonNode body) => run.Put(resource.Path, body, Headers);

    public static Task<Reply> OktaPatch(this CheckRun run, CreatedResource resource, params string[] operations) =>
        run.Send("PATCH", resource.Path, CheckRun.PatchOp(operations), Headers);

    /// <summary>A user as Okta creates one.</summary>
    public static JsonObject OktaUser(this CheckRun run)
    {
        var name = run.NewUserName();
        return run.UserJson(
            $$"""
            {"userName":"{{name}}","name":{"givenName":"Test","familyName":"User"},
             "emails":[{"primary":true,"value":"{{name}}","type":"work"}],
             "displayName":"Test User","locale":"en-US","externalId":"{{name}}-00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq"}
            """
        );
    }
}
