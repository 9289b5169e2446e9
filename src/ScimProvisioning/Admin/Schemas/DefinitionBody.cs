using System.Text.Json.Nodes;
using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>
/// A SCIM Schema or ResourceType (RFC 7643 §7, §6) in the body of a request. Here only its JSON is checked;
/// <see cref="RegisteredDocuments"/> checks what it says, together with the other documents of the connection.
/// </summary>
sealed record DefinitionBody(JsonObject Json)
{
    const int MaxBytes = 1024 * 1024;
    const int MaxDepth = 16;

    public static async ValueTask<DefinitionBody?> BindAsync(HttpContext http) =>
        new(await JsonBody.ReadLargeAsync(http, MaxBytes, MaxDepth));
}

/// <summary>Tells the OpenAPI document that an endpoint takes a <see cref="DefinitionBody"/>, and how it refuses one.</summary>
static class DefinitionBodyOpenApi
{
    public static void AcceptsDefinition(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Accepts<JsonObject>(ScimMediaType.Scim, ScimMediaType.Json)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
