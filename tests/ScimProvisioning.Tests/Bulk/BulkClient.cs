using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Bulk;

/// <summary>Builds and sends bulk requests.</summary>
static class BulkClient
{
    /// <param name="operations">Separated by commas.</param>
    /// <param name="members">Of the message, such as <c>"failOnErrors":1,</c>.</param>
    public static Task<Answer> Bulk(this TestDirectory directory, string operations, string members = "") =>
        directory.Send(
            "POST",
            "/Bulk",
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],{{members}}"Operations":[{{operations}}]}"""
        );

    /// <summary>Sends a bulk request, which must be answered with a bulk response, and returns its operations.</summary>
    public static async Task<IReadOnlyList<JsonObject>> Outcomes(this TestDirectory directory, string operations, string members = "")
    {
        var answer = await directory.Bulk(operations, members);
        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((200, "application/scim+json")), answer.Detail);
        Assert.That(answer["schemas"]!.ToJsonString(), Is.EqualTo("""["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]"""));
        return [.. answer["Operations"]!.AsArray().Select(operation => (JsonObject)operation!)];
    }

    /// <summary>The <c>status</c> of each, in order.</summary>
    public static async Task<string> Statuses(this TestDirectory directory, string operations, string members = "") =>
        string.Join(' ', (await directory.Outcomes(operations, members)).Select(operation => (string?)operation["status"]));

    public static string PostUser(string bulkId, string userName, string attributes = "") =>
        $$"""{"method":"POST","path":"/Users","bulkId":"{{bulkId}}","data":{"userName":"{{userName}}"{{attributes}} } }""";

    public static string UserWithManager(string bulkId, string userName, string manager) =>
        PostUser(
            bulkId,
            userName,
            $$""","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"bulkId:{{manager}}"} }"""
        );

    /// <param name="members">bulkIds.</param>
    public static string PostGroup(string bulkId, string displayName, params string[] members)
    {
        var references = TestDirectory.Members([.. members.Select(m => $"bulkId:{m}")]);
        return $$"""
            {"method":"POST","path":"/Groups","bulkId":"{{bulkId}}","data":{"displayName":"{{displayName}}","members":{{references}} } }
            """;
    }

    public static string Patch(string path, string operations) =>
        $$"""{"method":"PATCH","path":"{{path}}","data":{"Operations":[{{operations}}]} }""";

    /// <summary>The id at the end of the location.</summary>
    public static string Id(this JsonObject outcome) => ((string)outcome["location"]!).Split('/')[^1];
}
