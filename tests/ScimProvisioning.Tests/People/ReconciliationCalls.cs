using System.Text;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>Calls of an admin who reconciles.</summary>
static class ReconciliationCalls
{
    /// <summary>Reconciles with a list, or without one.</summary>
    public static async Task<(int Status, JsonNode Body)> Reconcile(
        this ScimServer server,
        AppView app,
        string? list = null,
        string type = "application/x-ndjson"
    )
    {
        using var content = list is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(list));
        if (content is not null)
            content.Headers.ContentType = new(type);
        using var response = await server.Admin.PostAsync(
            new Uri($"/api/v1/connections/{app.Connection}/reconciliations", UriKind.Relative),
            content
        );
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>What was found, the first page.</summary>
    public static async Task<List<JsonNode>> Differences(this AppView app, JsonNode found, string query = "") =>
        [.. (await app.Admin(HttpMethod.Get, $"/reconciliations/{found["id"]}/differences{query}"))!["data"]!.AsArray().Select(d => d!)];
}
