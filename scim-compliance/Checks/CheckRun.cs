using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Checks;

/// <summary>A resource that this run created.</summary>
/// <param name="Path">Below the Tenant URL: <c>/Users/…</c>.</param>
/// <param name="Name">userName or displayName.</param>
/// <param name="Reply">The answer to the POST.</param>
sealed record CreatedResource(string Path, string Id, string Name, Reply Reply)
{
    /// <summary>Requires that the server has kept these attributes, since the check is about what happens to them next.</summary>
    public CreatedResource RequireKept(params string[] paths) =>
        paths.FirstOrDefault(path => Reply[path].IsUnassigned()) is { } missing
            ? throw new Blocked($"{missing}, which this check needs first, was not kept by {Reply.Exchange.Method} {Path}")
            : this;
}

/// <summary>
/// One run of one check: sends requests, makes marked resources, remembers every exchange. Preparing (<see cref="CreateUser"/>,
/// <see cref="Memberships.CreateGroup"/>, <see cref="Read"/>, <see cref="Reply.RequireSuccess"/>) throws <see cref="Blocked"/> when it
/// fails, since that is the failure of another check.
/// </summary>
sealed partial class CheckRun(Target target, TimeProvider clock, CancellationToken ct)
{
    public Target Target => target;

    public TimeProvider Clock => clock;

    public CancellationToken CancellationToken => ct;

    /// <summary>Everything sent in this run, in order.</summary>
    public List<Exchange> Exchanges { get; } = [];

    /// <summary>A new unique name that marks the resource as ours: <c>scim-compliance-7f3a-12</c>.</summary>
    public string NewName() => target.NewName();

    /// <summary>The same as an e-mail address, which Entra sends as userName.</summary>
    public string NewUserName() => NewName() + "@example.com";

    /// <summary>A GUID that no resource has.</summary>
    public string NewGuid() => target.NewGuid();

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send("GET", path, null, headers);

    public Task<Reply> Post(string path, string body, params (string Name, string Value)[] headers) => Send("POST", path, body, headers);

    public Task<Reply> Post(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        Send("POST", path, body.ToJsonString(), headers);

    public Task<Reply> Put(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        Send("PUT", path, body.ToJsonString(), headers);

    public Task<Reply> Delete(string path, params (string Name, string Value)[] headers) => Send("DELETE", path, null, headers);

    /// <summary>Sends a PatchOp message with these operations, each as JSON text.</summary>
    public Task<Reply> Patch(CreatedResource resource, params string[] operations) => Patch(resource.Path, operations);

    /// <inheritdoc cref="Patch(CreatedResource, string[])"/>
    public async Task<Reply> Patch(string path, params string[] operations)
    {
        var reply = await Send("PATCH", path, PatchOp(operations));
        // Entra writes op with a capital letter. A server that refuses this fails the checks of patch.op, and not every check of a PATCH.
        var lowered = operations.Select(operation => CapitalOp().Replace(operation, match => match.Value.ToLowerInvariant())).ToArray();
        if (reply.Status is 400 && !lowered.SequenceEqual(operations) && (await Send("PATCH", path, PatchOp(lowered))).Status is not 400)
            throw new Blocked("The server takes this PATCH only with its op in small letters; the checks of patch.op say so");
        return reply;
    }

    /// <summary>The text of a PatchOp message.</summary>
    public static string PatchOp(params string[] operations) =>
        $$"""{"schemas":["{{SchemaUrn.PatchOp}}"],"Operations":[{{string.Join(',', operations)}}]}""";

    /// <summary>Sends any request; <paramref name="path"/> is below the Tenant URL. An empty value leaves the header out.</summary>
    public async Task<Reply> Send(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        if (method is "PUT" or "PATCH" or "DELETE" or "POST" && target.IsForeign(path, body))
            throw new Blocked(
                $"The server gave {path} as the answer to a request for a resource of this run, but it has no mark of this run: "
                    + "it is left alone"
            );
        // An interruption does not cancel a POST: the server might carry it out after the clean-up has looked for it.
        var reply = await target.Client.SendAsync(method, path, body, headers, method is "POST" ? CancellationToken.None : ct);
        Record(method, path, body, reply);
        ct.ThrowIfCancellationRequested();
        if (reply.Status is 415 && headers.All(header => header.Name is not "Content-Type"))
            throw new Blocked($"The server refuses {ScimClient.MediaType}, which Entra sends; the checks of transport.body say so");
        return reply;
    }

    /// <summary>Sends a request with another token, or none.</summary>
    public async Task<Reply> SendAs(
        string? token,
        string method,
        string path,
        string? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var client = target.ClientWith(token);
        var reply = await client.SendAsync(method, path, body, headers, ct);
        Record(method, path, body, reply);
        return reply;
    }

    void Record(string method, string path, string? body, Reply reply)
    {
        lock (Exchanges)
            Exchanges.Add(reply.Exchange);
        target.Remember(method, path, body, reply);
    }

    /// <summary>A copy of the exchanges until now.</summary>
    public IReadOnlyList<Exchange> Sent()
    {
        lock (Exchanges)
            return [.. Exchanges];
    }

    /// <summary>Sends a filter, encoded as Entra does: a space is <c>+</c>.</summary>
    /// <param name="more">Further query parameters: <c>excludedAttributes=members</c>.</param>
    public async Task<Reply> Find(string collection, string filter, string more = "")
    {
        var path = $"{collection}?{(more is "" ? "" : more + "&")}filter={UrlEncode(filter)}";
        var reply = await Get(path);
        if (
            reply.Status is 400
            && path.Contains('+', StringComparison.Ordinal)
            && (await Get(path.Replace("+", "%20", StringComparison.Ordinal))).IsSuccess
        )
            throw new Blocked(
                "The server reads a + in a query as a plus, and not as the space that Entra means; the checks of connection.probe say so"
            );
        return reply;
    }

    /// <summary>Percent-encoded as Entra does: a space is <c>+</c>.</summary>
    public static string UrlEncode(string text) => WebUtility.UrlEncode(text);

    /// <summary>
    /// The body of a POST or PUT of a user: schemas, a marked userName, active true, and these members (JSON text of an object), which
    /// replace the others.
    /// </summary>
    public JsonObject UserJson(string members = "{}") =>
        Merge(
            new()
            {
                ["schemas"] = new JsonArray(SchemaUrn.User),
                ["userName"] = NewUserName(),
                ["active"] = true,
            },
            members
        );

    /// <summary>The same for a group: schemas, a marked displayName, and these members.</summary>
    public JsonObject GroupJson(string members = "{}") =>
        Merge(new() { ["schemas"] = new JsonArray(SchemaUrn.Group), ["displayName"] = NewName() }, members);

    /// <summary>Creates a user with these members (JSON text of an object), as preparation.</summary>
    public Task<CreatedResource> CreateUser(string members = "{}") => Create("/Users", UserJson(members));

    /// <summary>Reads a resource, which must succeed.</summary>
    public async Task<Reply> Read(CreatedResource resource) => (await Get(resource.Path)).RequireSuccess();

    /// <summary>Sends these operations, which must succeed (Entra accepts 200 and 204), and reads the resource back.</summary>
    public async Task<Reply> PatchAndRead(CreatedResource resource, params string[] operations)
    {
        (await Patch(resource, operations)).Success();
        return await Read(resource);
    }

    /// <exception cref="NotOffered"><c>/Schemas</c> says that userName stays as it was created.</exception>
    public void RequireRenaming()
    {
        if (target.Capabilities.IsImmutable("User:userName"))
            throw new NotOffered("/Schemas says that userName cannot be changed");
    }

    /// <summary>The enterprise extension with these members, as the JSON of a user: <c>{"urn:…:User":{…}}</c>.</summary>
    public static string EnterpriseJson(string members) => $$"""{"{{SchemaUrn.EnterpriseUser}}":{{members}}}""";

    /// <summary>Creates a resource with this body, as preparation.</summary>
    public async Task<CreatedResource> Create(string collection, JsonObject body)
    {
        var reply = (await Post(collection, body)).RequireSuccess();
        var name = (body["userName"] ?? body["displayName"]).Text();
        return reply["id"].Text() is { Length: > 0 } id
            ? new($"{collection}/{Uri.EscapeDataString(id)}", id, name, reply)
            : throw new Blocked($"POST {collection} answered {reply.Status} without an id");
    }

    /// <summary>
    /// Deletes what a lenient server created for a request that it should have refused. Only when it has our mark: the server may have
    /// answered with another resource.
    /// </summary>
    public async Task DeleteIfOurs(string collection, Reply reply)
    {
        if (!reply.IsSuccess || reply["id"].Text() is not { Length: > 0 } id)
            return;
        var path = $"{collection}/{Uri.EscapeDataString(id)}";
        if (target.IsOurs(await Get(path)))
            await Delete(path);
    }

    [GeneratedRegex("""(?<="op"\s*:\s*")[A-Z]""")]
    private static partial Regex CapitalOp();

    static JsonObject Merge(JsonObject body, string members)
    {
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            body[name] = value?.DeepClone();
        return body;
    }
}
