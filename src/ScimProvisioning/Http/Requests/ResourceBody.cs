using System.Text.Json.Nodes;
using ScimProvisioning.Api;

namespace ScimProvisioning.Http.Requests;

/// <summary>The JSON object in the body of a SCIM request; see <see cref="JsonBody"/> for what is refused.</summary>
sealed record ResourceBody(JsonObject Json)
{
    /// <summary>Enough for some 50,000 members in one request.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    const int MaxDepth = 32;

    public static async ValueTask<ResourceBody?> BindAsync(HttpContext http) => new(await JsonBody.ReadAsync(http, MaxBytes, MaxDepth));
}
