using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Users;

/// <summary>The JSON object in the body of a request that edits a person. What it may hold depends on the catalogue.</summary>
sealed record EditBody(JsonObject Json)
{
    /// <summary>Local attributes alone may have 64 KB.</summary>
    const int MaxBytes = 256 * 1024;
    const int MaxDepth = 32;

    public static async ValueTask<EditBody?> BindAsync(HttpContext http)
    {
        // The admin API takes small bodies otherwise.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;
        return new(await JsonBody.ReadAsync(http, MaxBytes, MaxDepth));
    }
}
