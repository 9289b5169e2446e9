using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Verify;

/// <summary>The server under test, as one run sees it: the client, what the server offers, and what this run has made there and must take away again.</summary>
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

    /// <summary>In the name of all that this run makes.</summary>
    public string Mark => Marker + run;

    public ScimClient Client => client;

    /// <summary>Empty until discovery was read.</summary>
    public Capabilities Capabilities { get; set; } = new(null, null, null);

    /// <summary>Who gets access tokens; null when the admin has not said.</summary>
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

    /// <summary>Notes what a request has made or deleted. Only what carries the mark of this run counts as ours.</summary>
    public void Remember(string method, string path, string? body, Reply reply)
    {
        foreach (var resource in reply.Resources.Append(reply.Json).OfType<JsonObject>())
            Recognise(path, resource);
        if (method is "DELETE" && reply.Status is 204 or 200)
            lock (_made)
                _made.Remove(path);
        if (method is not "POST" || body is null || path.Contains(".search", StringComparison.OrdinalIgnoreCase))
            return;
        if (path.StartsWith("/Bulk", StringComparison.OrdinalIgnoreCase))
            RememberBulk(body);
        else
            RememberOne(path.Split('?')[0].TrimEnd('/'), Parsed(body), reply);
    }

    /// <summary>Whether the path names a resource that was seen under a name without our mark: a server may answer a POST or a filter with anybody.</summary>
    /// <param name="body">Of a bulk request: so that none of its operations does.</param>
    public bool IsForeign(string path, string? body = null)
    {
        if (path.StartsWith("/Bulk", StringComparison.OrdinalIgnoreCase))
            return body is not null
                && Parsed(body)
                    ?["Operations"].Items()
                    .OfType<JsonObject>()
                    .Any(operation => operation["method"].Text() is not "POST" && IsForeign(operation["path"].Text()))
                    is true;
        lock (_made)
            return _foreign.Contains(Uri.UnescapeDataString(path.Split('?')[0].TrimEnd('/')));
    }

    /// <summary>Deletes what this run has made, and names what could not be deleted.</summary>
    /// <param name="again">Also what was tried before in vain: at the end only, since a server may refuse every DELETE.</param>
    public async Task<IReadOnlyList<string>> CleanUpAsync(bool again, CancellationToken ct)
    {
        var left = new List<string>();
        foreach (var (collection, name) in Taken(_unconfirmed).Where(one => _tried.Add(one.Name) || again))
            if (await FindUnconfirmed(collection, name, ct) is { IsSuccess: false } unknown)
                left.Add($"{collection}: perhaps '{name}'; the look-up was answered {unknown.Summary}");
        // Groups first: some servers refuse to delete a user who is a member.
        foreach (
            var (path, (_, name)) in Taken(_made)
                .OrderBy(made => made.Value.Collection, StringComparer.Ordinal)
                .Where(made => _tried.Add(made.Key) || again)
        )
            if (await DeleteAsync(path, ct) is { } problem)
                left.Add($"{path} ({name}): {problem}");
        return [.. left, .. _notOurs];
    }

    async Task<string?> DeleteAsync(string path, CancellationToken ct)
    {
        // The answer to the POST may have had our name and the id of somebody else.
        var read = await client.SendAsync("GET", path, null, [], ct);
        if (read.IsSuccess && (read["userName"] ?? read["displayName"]).Text() is { Length: > 0 } other && !IsOurs(read))
        {
            lock (_made)
                _made.Remove(path);
            _notOurs.Add($"{path}: it shows the name {other}, so it may be somebody else's and was not deleted");
            return null;
        }
        var reply = await client.SendAsync("DELETE", path, null, [], ct);
        if (reply.Status is not (200 or 204 or 404))
            return $"DELETE was answered {reply.Summary}";
        lock (_made)
            _made.Remove(path);
        return null;
    }

    /// <summary>Whether the resource, as it was read, bears the mark of this run.</summary>
    public bool IsOurs(Reply read) => Name(read.Json as JsonObject) is not null;

    void Recognise(string path, JsonObject resource)
    {
        if (resource["id"].Text() is not { Length: > 0 } id || (resource["userName"] ?? resource["displayName"]) is null)
            return;
        var address = $"/{path.TrimStart('/').Split('/', '?')[0]}/{id}";
        lock (_made)
            if (Name(resource) is not null)
                _ours.Add(address);
            else if (!_ours.Contains(address))
                _foreign.Add(address);
    }

    void RememberOne(string collection, JsonObject? body, Reply reply)
    {
        if (Name(body) is not { } name || reply.Status is >= 400 and < 500)
            return;
        lock (_made)
            if (reply["id"].Text() is { Length: > 0 } id && Name(reply.Json as JsonObject) is not null)
                _made[$"{collection}/{Uri.EscapeDataString(id)}"] = (collection, name);
            else
                _unconfirmed.Add((collection, name));
    }

    void RememberBulk(string body)
    {
        foreach (var operation in Parsed(body)?["Operations"].Items().OfType<JsonObject>() ?? [])
            if (operation["path"].Text() is { Length: > 0 } collection && Name(operation["data"] as JsonObject) is { } name)
                lock (_made)
                    _unconfirmed.Add((collection.Split('/') is ["", var first, ..] ? "/" + first : collection, name));
    }

    // Whether the server has made it is not known: look, and believe only what bears the very name.
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
                _made[$"{collection}/{Uri.EscapeDataString(found["id"].Text())}"] = (collection, name);
        if (reply.IsSuccess)
            lock (_made)
                _unconfirmed.Remove((collection, name));
        return reply;
    }

    string? Name(JsonObject? resource) =>
        resource
            ?.Where(member =>
                member.Key.Equals("userName", StringComparison.OrdinalIgnoreCase)
                || member.Key.Equals("displayName", StringComparison.OrdinalIgnoreCase)
                || member.Key.Equals("externalId", StringComparison.OrdinalIgnoreCase)
            )
            .Select(member => member.Value.Text())
            .FirstOrDefault(name => name.Contains(Mark, StringComparison.OrdinalIgnoreCase));

    T[] Taken<T>(IEnumerable<T> all)
    {
        lock (_made)
            return [.. all];
    }

    static JsonObject? Parsed(string body)
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
