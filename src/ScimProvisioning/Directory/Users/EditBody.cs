using System.Text.Json.Nodes;
using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Users;

/// <summary>The JSON object in the body of a request that edits a person. What it may hold depends on the catalogue.</summary>
sealed record EditBody(JsonObject Json)
{
    /// <summary>Local attributes alone may have 64 KB.</summary>
    const int MaxBytes = 256 * 1024;
    const int MaxDepth = 32;

    public static async ValueTask<EditBody?> BindAsync(HttpContext http) => new(await JsonBody.ReadLargeAsync(http, MaxBytes, MaxDepth));
}
