using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Verify;

/// <summary>
/// The server under test in one run: its client, what it announces, and what this run has created there and must delete again.
/// </summary>
sealed class Target(ScimClient client, Func<string?, ScimClient> clientWith, string run, Random random)
{
    public const string Marker = "scim-compliance-";

    readonly Dictionary<string, (string Collection, string Name)> _made = [];
    readonly HashSet<(string Collection, string Name)> _unconfirmed = [];
    readonly List<string> _notOurs = [];
    readonly HashSet<string> _tried = [];
    readonly HashSet<string> _ours = [];
    readonly HashSet<string> _foreign = [];
    int _names;

    /// <summary>Part of the name of every resource that this run creates.</summary>
    public string Mark => Marker + run;

    public ScimClient Client => client;

    /// <summary>Empty until the discovery documents were read.</summary>
    public Capabilities Capabilities { get; set; } = new(null, null, null);

    /// <summary>How many resources this run has created.</summary>
    public int Created { get; private set; }

    /// <summary>The OAuth client of the command line; null when there is none.</summary>
    public OAuthClient? OAuthClient { get; init; }

    /// <summary>A client of the same kind with another token.</summary>
    public ScimClient ClientWith(string? token)
    {
        var other = clientWith(token);
        other.ExtraHeaders.AddRange(client.ExtraHeaders);
        return other;
    }

    /// <inheritdoc cref="Checks.CheckRun.NewName"/>
    public string NewName() => string.Create(CultureInfo.InvariantCulture, $"{Mark}-{Interlocked.Increment(ref _names)}");

    /// <inheritdoc cref="Checks.CheckRun.NewGuid"/>
    public string NewGuid() => random.NextGuid();

    /// <summary>Notes what a request has created or deleted. Only resources with the mark of this run count as ours.</summary>
    public void Remember(string method, string path, string? body, Reply reply)
    {
        foreach (var resource in reply.Resources.Append(reply.Json).OfType<JsonObject>())
            NoteSeen(path, resource);
        if (method is "DELETE" && reply.Status is 204 or 200)
            lock (_made)
                _made.Remove(path);
        if (method is not "POST" || body is null || path.Contains(".search", StringComparison.OrdinalIgnoreCase))
            return;
        if (path.StartsWith("/Bulk", StringComparison.OrdinalIgnoreCase))
            RememberBulk(body);
        else
            RememberPost(path.Split('?')[0].TrimEnd('/'), Parse(body), reply);
    }

    /// <summary>
    /// Whether the path is that of a resource without our mark. A server may answer a POST or a filter with any resource.
    /// </summary>
    /// <param name="body">The body of a bulk request, whose operations are looked at.</param>
    public bool IsForeign(string path, string? body = null)
    {
        if (path.StartsWith("/Bulk", StringComparison.OrdinalIgnoreCase))
            return body is not null
                && Parse(body)
                    ?["Operations"].Items()
                    .OfType<JsonObject>()
                    .Any(operation => operation["method"].Text() is not "POST" && IsForeign(operation["path"].Text()))
                    is true;
        lock (_made)
            return _foreign.Contains(Uri.UnescapeDataString(path.Split('?')[0].TrimEnd('/')));
    }

    /// <summary>Deletes what this run has created. Returns what could not be deleted.</summary>
    /// <param name="again">
    /// Tries again what could not be deleted before. Only at the end of a run, since a server may refuse every DELETE.
    /// </param>
    public async Task<IReadOnlyList<string>> CleanUpAsync(bool again, CancellationToken ct)
    {
        var left = new List<string>();
        foreach (var (collection, name) in CopyOf(_unconfirmed).Where(one => _tried.Add(one.Name) || again))
            if (await FindUnconfirmed(collection, name, ct) is { IsSuccess: false } unknown)
                left.Add($"{collection}: perhaps '{name}'; the look-up was answered {unknown.Summary}");
        // Groups first: some servers refuse to delete a user who is a member.
        foreach (
            var (path, (_, name)) in CopyOf(_made)
                .OrderBy(made => made.Value.Collection, StringComparer.Ordinal)
                .Where(made => _tried.Add(made.Key) || again)
        )
            if (await DeleteAsync(path, ct) is { } problem)
                left.Add($"{path} ({name}): {problem}");
        return [.. left, .. _notOurs];
    }

    async Task<string?> DeleteAsync(string path, CancellationToken ct)
    {
        // The answer to the POST may have had our name, but the id of another resource.
        var read = await client.SendAsync("GET", path, null, [], ct);
        if (read.IsSuccess && (read["userName"] ?? read["displayName"]).Text() is { Length: > 0 } other && !IsOurs(read))
        {
            lock (_made)
                _made.Remove(path);
            _notOurs.Add($"{path}: it shows the name {other}, so it may not be ours and was not deleted");
            return null;
        }
        var reply = await client.SendAsync("DELETE", path, null, [], ct);
        if (reply.Status is not (200 or 204 or 404))
            return $"DELETE was answered {reply.Summary}";
        lock (_made)
            _made.Remove(path);
        return null;
    }

    /// <summary>Whether the resource that was read has the mark of this run.</summary>
    public bool IsOurs(Reply read) => MarkedName(read.Json as JsonObject) is not null;

    void NoteSeen(string path, JsonObject resource)
    {
        if (resource["id"].Text() is not { Length: > 0 } id || (resource["userName"] ?? resource["displayName"]) is null)
            return;
        var address = $"/{path.TrimStart('/').Split('/', '?')[0]}/{id}";
        lock (_made)
            if (MarkedName(resource) is not null)
                _ours.Add(address);
            else if (!_ours.Contains(address))
                _foreign.Add(address);
    }

    void RememberPost(string collection, JsonObject? body, Reply reply)
    {
        if (MarkedName(body) is not { } name || reply.Status is >= 400 and < 500)
            return;
        lock (_made)
            if (reply["id"].Text() is { Length: > 0 } id && MarkedName(reply.Json as JsonObject) is not null)
            {
                _made[$"{collection}/{Uri.EscapeDataString(id)}"] = (collection, name);
                Created++;
            }
            else
                _unconfirmed.Add((collection, name));
    }

    void RememberBulk(string body)
    {
        foreach (var operation in Parse(body)?["Operations"].Items().OfType<JsonObject>() ?? [])
            if (operation["path"].Text() is { Length: > 0 } collection && MarkedName(operation["data"] as JsonObject) is { } name)
                lock (_made)
                    _unconfirmed.Add((collection.Split('/') is ["", var first, ..] ? "/" + first : collection, name));
    }

    // It is not known whether the server has created it: look for exactly this name.
    async Task<Reply> FindUnconfirmed(string collection, string name, CancellationToken ct)
    {
        var attribute = collection.EndsWith("/Groups", StringComparison.OrdinalIgnoreCase) ? "displayName" : "userName";
        var reply = await client.SendAsync(
            "GET",
            $"{collection}?filter={WebUtility.UrlEncode($"{attribute} eq {JsonValue.Create(name).ToJsonString(JsonPaths.Relaxed)}")}",
            null,
            [],
            ct
        );
        foreach (
            var found in reply
                .Resources.OfType<JsonObject>()
                .Where(found => found[attribute].Text().Equals(name, StringComparison.OrdinalIgnoreCase) && found["id"].Text() is not "")
        )
            lock (_made)
            {
                _made[$"{collection}/{Uri.EscapeDataString(found["id"].Text())}"] = (collection, name);
                Created++;
            }
        if (reply.IsSuccess)
            lock (_made)
                _unconfirmed.Remove((collection, name));
        return reply;
    }

    string? MarkedName(JsonObject? resource) =>
        resource
            ?.Where(member =>
                member.Key.Equals("userName", StringComparison.OrdinalIgnoreCase)
                || member.Key.Equals("displayName", StringComparison.OrdinalIgnoreCase)
                || member.Key.Equals("externalId", StringComparison.OrdinalIgnoreCase)
            )
            .Select(member => member.Value.Text())
            .FirstOrDefault(name => name.Contains(Mark, StringComparison.OrdinalIgnoreCase));

    T[] CopyOf<T>(IEnumerable<T> all)
    {
        lock (_made)
            return [.. all];
    }

    static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
