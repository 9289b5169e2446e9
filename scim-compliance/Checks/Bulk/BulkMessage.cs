using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Checks.Bulk;

/// <summary>Writes bulk requests and reads their answers (RFC 7644 §3.7).</summary>
static class BulkMessage
{
    /// <param name="operations">JSON text of each.</param>
    public static Task<Reply> Bulk(this CheckRun run, params string[] operations) => run.Post("/Bulk", Text(operations));

    public static Task<Reply> BulkUntil(this CheckRun run, int failOnErrors, params string[] operations) =>
        run.Post("/Bulk", Text(operations, $"\"failOnErrors\":{failOnErrors},"));

    public static string Text(string[] operations, string more = "") =>
        $$"""{"schemas":["{{SchemaUrn.BulkRequest}}"],{{more}}"Operations":[{{string.Join(',', operations)}}]}""";

    public static string Create(string collection, string bulkId, JsonObject data) =>
        $$"""{"method":"POST","path":"{{collection}}","bulkId":"{{bulkId}}","data":{{data.ToJsonString()}}}""";

    public static string Change(string method, CreatedResource resource, string data) =>
        $$"""{"method":"{{method}}","path":"{{resource.Path}}","data":{{data}}}""";

    /// <summary>The result of the only operation of the request, or of the POST with this bulkId.</summary>
    /// <exception cref="CheckFailed">The whole request failed, or there is no such result.</exception>
    public static JsonNode Operation(this Reply reply, string? bulkId = null)
    {
        var answers = reply.Expect(200)["Operations"].Items().ToList();
        var found = bulkId is null ? answers.FirstOrDefault() : answers.FirstOrDefault(answer => answer.At("bulkId").Text() == bulkId);
        return found
            ?? throw new CheckFailed(
                bulkId is null ? "Operations holds the result of the operation" : $"Operations holds a result with bulkId {bulkId}",
                Reply.Describe(reply["Operations"])
            );
    }

    /// <summary>The status of a result as text. The RFC shows both a string and an object with a code.</summary>
    public static string Status(this JsonNode operation) => (operation.At("status.code") ?? operation.At("status")).Text();

    /// <summary>Expects the operation to have one of these statuses.</summary>
    public static JsonNode Had(this JsonNode operation, params string[] statuses) =>
        statuses.Contains(operation.Status())
            ? operation
            : throw new CheckFailed($"the operation has status {string.Join(" or ", statuses)}", Reply.Describe(operation));

    /// <summary>The resource that a POST within the request created.</summary>
    /// <exception cref="Blocked">It was not created.</exception>
    public static CreatedResource Made(this Reply reply, string bulkId, string collection)
    {
        var answer = reply.RequireSuccess()["Operations"].Items().FirstOrDefault(answer => answer.At("bulkId").Text() == bulkId);
        var id = answer.At("response.id").Text() is { Length: > 0 } told
            ? told
            : Uri.UnescapeDataString(answer.At("location").Text().Split('/')[^1]);
        return answer is not null && answer.Status() is "201" && id is not ""
            ? new($"{collection}/{Uri.EscapeDataString(id)}", id, "", reply)
            : throw new Blocked($"The POST with bulkId {bulkId} did not succeed: {Reply.Describe(answer)}");
    }
}
