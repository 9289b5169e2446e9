using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace ScimProvisioning.Client;

/// <summary>
/// Calls the directory of a server with a key of the scope <c>app</c>. One for the whole app; it may be used by many at once.
/// </summary>
/// <remarks>Every method throws <see cref="DirectoryException"/> for an answer that is not a success.</remarks>
public sealed class DirectoryClient
{
    const string Root = "api/v1/";

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly HttpClient _http;

    /// <summary>Calls with this client.</summary>
    /// <param name="http">With the server as its base address, which ends in a slash, and the key as its bearer token.</param>
    public DirectoryClient(HttpClient http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress?.AbsoluteUri.EndsWith('/') is not true)
            throw new ArgumentException("The client needs the server as its BaseAddress, with a slash at the end.", nameof(http));
        _http = http;
    }

    /// <summary>Calls this server.</summary>
    /// <param name="server">Such as <c>https://scim.example.com</c>.</param>
    /// <param name="key">An admin key of the scope <c>app</c>.</param>
    public static DirectoryClient Connect(Uri server, string key)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentException.ThrowIfNullOrEmpty(key);
        // The name of the server is looked up again now and then.
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/"),
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return new(http);
    }

    /// <summary>All people, page by page, in the order of their ids.</summary>
    public IAsyncEnumerable<DirectoryUser> ListUsersAsync(UserQuery? query = null, CancellationToken ct = default) =>
        EveryAsync((after, token) => ReadUsersAsync(query, after, ct: token), ct);

    /// <summary>One page of people.</summary>
    /// <param name="after">The <see cref="DirectoryPage{T}.Next"/> of the page before.</param>
    /// <param name="limit">1 to 200.</param>
    public async Task<DirectoryPage<DirectoryUser>> ReadUsersAsync(
        UserQuery? query = null,
        string? after = null,
        int limit = 200,
        CancellationToken ct = default
    )
    {
        using var response = await GetAsync(Page("users", query?.Parameters, after, limit), ct);
        var page = await ReadAsync<DirectoryPage<DirectoryUser>>(response, ct);
        return page with { EventsPosition = response.Headers.TryGetValues("Events-Position", out var values) ? values.First() : null };
    }

    /// <summary>One person.</summary>
    public Task<DirectoryUser> GetUserAsync(Guid id, CancellationToken ct = default) => GetAsync<DirectoryUser>($"users/{id}", ct);

    /// <summary>Sets what is the app's own, and attributes that are not managed.</summary>
    /// <exception cref="DirectoryException">409 <c>managed_attribute</c> for what the identity provider manages, and others.</exception>
    public async Task<DirectoryUser> UpdateUserAsync(Guid id, UserChange change, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        using var body = JsonContent.Create(change.Json);
        using var response = await SucceedAsync(await _http.PatchAsync(new Uri($"{Root}users/{id}", UriKind.Relative), body, ct), ct);
        return await ReadAsync<DirectoryUser>(response, ct);
    }

    /// <summary>All groups, page by page, in the order of their ids.</summary>
    public IAsyncEnumerable<DirectoryGroup> ListGroupsAsync(GroupQuery? query = null, CancellationToken ct = default) =>
        EveryAsync((after, token) => GetAsync<DirectoryPage<DirectoryGroup>>(Page("groups", query?.Parameters, after, 200), token), ct);

    /// <summary>One group.</summary>
    public Task<DirectoryGroup> GetGroupAsync(Guid id, CancellationToken ct = default) => GetAsync<DirectoryGroup>($"groups/{id}", ct);

    /// <summary>All members of a group, page by page: people, and groups within it.</summary>
    public async IAsyncEnumerable<DirectoryMember> ListMembersAsync(Guid group, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var members = EveryAsync(
            (after, token) => GetAsync<DirectoryPage<JsonObject>>(Page($"groups/{group}/members", null, after, 200), token),
            ct
        );
        await foreach (var member in members)
            yield return (string?)member["type"] == "user"
                ? new(member.Deserialize<DirectoryUser>(Json), null)
                : new(null, member.Deserialize<DirectoryGroup>(Json));
    }

    /// <summary>
    /// Finds who signs in by what the identity provider sends as externalId: with Entra the claim <c>oid</c>, if objectId is mapped.
    /// </summary>
    public Task<Resolved> ResolveByExternalIdAsync(Guid connection, string externalId, CancellationToken ct = default) =>
        ResolveAsync(connection, "externalId", externalId, ct);

    /// <summary>Finds who signs in by the uid.</summary>
    public Task<Resolved> ResolveByUidAsync(Guid connection, string uid, CancellationToken ct = default) =>
        ResolveAsync(connection, "uid", uid, ct);

    /// <summary>Finds who signs in by the userName, in any letter case.</summary>
    public Task<Resolved> ResolveByUserNameAsync(Guid connection, string userName, CancellationToken ct = default) =>
        ResolveAsync(connection, "userName", userName, ct);

    /// <summary>People with an e-mail address: candidates only. An address is no proof of who somebody is.</summary>
    public Task<Resolved> SuggestByEmailAsync(Guid connection, string email, CancellationToken ct = default) =>
        ResolveAsync(connection, "email", email, ct);

    /// <summary>A page of the feed.</summary>
    /// <exception cref="DirectoryException">
    /// 410 <see cref="DirectoryException.PositionExpired"/>: read all people, and go on from there.
    /// </exception>
    public async Task<DirectoryEventPage> ReadEventsAsync(EventQuery query, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = await GetAsync<DirectoryEventPage>(QueryHelpers.AddQueryString("events", query.Parameters), ct);
        // Something else that answers in the server's place must not make anybody forget the position.
        return page is { Data: not null, Next.Length: > 0 } ? page : throw new JsonException("The server's answer is no page of events.");
    }

    Task<Resolved> ResolveAsync(Guid connection, string by, string value, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        return GetAsync<Resolved>($"resolve?connectionId={connection}&{by}={Uri.EscapeDataString(value)}", ct);
    }

    static string Page(string path, IEnumerable<KeyValuePair<string, string?>>? parameters, string? after, int limit) =>
        QueryHelpers.AddQueryString(path, [.. parameters ?? [], new("after", after), new("limit", $"{limit}")]);

    static async IAsyncEnumerable<T> EveryAsync<T>(
        Func<string?, CancellationToken, Task<DirectoryPage<T>>> read,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        string? after = null;
        do
        {
            var page = await read(after, ct);
            foreach (var entry in page.Data)
                yield return entry;
            after = page.Next;
        } while (after is not null);
    }

    async Task<T> GetAsync<T>(string path, CancellationToken ct)
    {
        using var response = await GetAsync(path, ct);
        return await ReadAsync<T>(response, ct);
    }

    async Task<HttpResponseMessage> GetAsync(string path, CancellationToken ct) =>
        await SucceedAsync(await _http.GetAsync(new Uri(Root + path, UriKind.Relative), ct), ct);

    static async Task<HttpResponseMessage> SucceedAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await DirectoryException.ReadAsync(response, ct);
    }

    static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken ct) =>
        await response.Content.ReadFromJsonAsync<T>(Json, ct) ?? throw new JsonException("The server's answer is null.");
}
