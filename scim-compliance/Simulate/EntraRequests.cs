using System.Text.Json.Nodes;
using ScimCompliance.Checks;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>
/// The requests of Entra's provisioning agent. An interruption does not cancel a write that was begun: its answer says what to clean up.
/// </summary>
/// <param name="answered">Called with every answer.</param>
sealed class EntraRequests(Func<string, string, string?, CancellationToken, Task<Reply>> send, Action<Reply>? answered = null)
{
    /// <summary>Obeys Retry-After, as Entra does according to its documentation.</summary>
    public EntraRequests(ScimClient client, Action<Reply>? answered = null)
        : this((method, path, body, ct) => client.SendAsync(method, path, body, [], ct), answered) { }

    /// <summary>Test Connection: a user that cannot exist must be answered with an empty list.</summary>
    public Task<Reply> Probe(string guid, CancellationToken ct) => Match(ResourceKind.User, guid, ct);

    public Task<Reply> Match(ResourceKind kind, string name, CancellationToken ct) =>
        Get($"{kind.Collection}?{(kind.Query is "" ? "" : kind.Query + "&")}filter={Filter(kind.NameAttribute, name)}", ct);

    public Task<Reply> Read(ResourceKind kind, string id, CancellationToken ct) =>
        Get(kind.Path(id) + (kind.Query is "" ? "" : "?" + kind.Query), ct);

    public Task<Reply> Get(string path, CancellationToken ct) => Send("GET", path, null, ct);

    public Task<Reply> Create(ResourceKind kind, Dictionary<string, string> values) =>
        Send("POST", kind.Collection, kind.Body(values), CancellationToken.None);

    public Task<Reply> Patch(string path, JsonArray operations) =>
        Send("PATCH", path, PatchOperations.Message(operations), CancellationToken.None);

    public Task<Reply> Delete(string path) => Send("DELETE", path, null, CancellationToken.None);

    static string Filter(string attribute, string value) =>
        CheckRun.UrlEncode(
            $"{attribute} eq \"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        );

    async Task<Reply> Send(string method, string path, JsonObject? body, CancellationToken ct)
    {
        var reply = await send(method, path, body?.ToJsonString(), ct);
        answered?.Invoke(reply);
        return reply;
    }
}
