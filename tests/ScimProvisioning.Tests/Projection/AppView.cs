using System.Text.Json.Nodes;
using Npgsql;

namespace ScimProvisioning.Tests.Projection;

/// <summary>What the application was told of a connection: the released rows, and the events.</summary>
sealed class AppView(ScimServer server, TestDirectory directory, string database)
{
    public static async Task<AppView> CreateAsync(ScimServer server, string? database = null) =>
        new(server, await TestDirectory.CreateAsync(server, database), database ?? PostgresFixture.ConnectionString);

    public TestDirectory Directory => directory;

    public Guid Connection => directory.Connection.Id;

    public async Task<JsonNode?> Admin(HttpMethod method, string path, string? json = null)
    {
        var (status, body) = await server.Send(method, $"/connections/{Connection}{path}", json);
        Assert.That(status, Is.InRange(200, 299), $"{path}: {body}");
        return body;
    }

    /// <summary>Enables the connection, and waits until everything is released.</summary>
    public async Task Enable()
    {
        await Admin(HttpMethod.Post, "/enable");
        await Settle();
    }

    /// <summary>Waits until nothing is left to be released.</summary>
    public Task Settle() => Settle(directory);

    /// <inheritdoc cref="Settle()"/>
    public static Task Settle(TestDirectory directory) =>
        Wait.UntilAsync(
            async () =>
                await directory.Ask<bool>(
                    """
                    SELECT EXISTS (
                        SELECT FROM projections p WHERE p.connection_id = $1 AND p.rebuild_stage IS NULL
                            AND NOT EXISTS (SELECT FROM directory_dirty d WHERE d.connection_id = $1)
                            AND NOT EXISTS (
                                SELECT FROM changes c
                                WHERE c.connection_id = $1 AND (c.transaction_id, c.sequence) > (p.transaction_id, p.sequence)))
                    """
                ),
            "what was received is not released"
        );

    /// <summary>
    /// Until it is disposed, nothing that is committed is released: a transaction that writes runs on, in another database of the cluster.
    /// </summary>
    public async Task<IAsyncDisposable> HoldHorizon()
    {
        var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Database = "postgres" }.ConnectionString);
        await session.OpenAsync();
        await using var begin = new NpgsqlCommand("BEGIN; SELECT pg_current_xact_id()", session);
        await begin.ExecuteNonQueryAsync();
        return session;
    }

    /// <summary>The rows of a table of this connection, by id.</summary>
    public async Task<Dictionary<string, JsonObject>> Rows(string table, string key = "id") =>
        Objects(await directory.Ask<string>($"SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text FROM {table} t WHERE connection_id = $1"))
            .ToDictionary(row => (string)row[key]!);

    public Task<Dictionary<string, JsonObject>> Users() => Rows("directory_users");

    public Task<Dictionary<string, JsonObject>> Groups() => Rows("directory_groups");

    /// <summary>The user of that name.</summary>
    public async Task<JsonObject> User(string userName) => (await Users()).Values.Single(user => (string?)user["user_name"] == userName);

    /// <summary>Memberships of which the application was told, as "group person".</summary>
    public async Task<HashSet<string>> Members() =>
        [
            .. Objects(
                    await directory.Ask<string>(
                        """
                        SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]')::text FROM directory_members m
                        JOIN directory_groups g ON g.connection_id = m.connection_id AND g.id = m.group_id AND g.deleted_at IS NULL
                        WHERE m.connection_id = $1 AND m.person_id IS NOT NULL
                        """
                    )
                )
                .Select(row => $"{row["group_id"]} {row["person_id"]}"),
        ];

    /// <summary>The events in order.</summary>
    public async Task<List<JsonObject>> Events(string types = "") =>
        [
            .. Objects(
                    await directory.Ask<string>(
                        "SELECT coalesce(json_agg(body::json ORDER BY position), '[]')::text FROM events WHERE connection_id = $1"
                    )
                )
                .Where(e => ((string)e["type"]!).StartsWith(types, StringComparison.Ordinal)),
        ];

    /// <summary>The types of the events about users and groups, in order.</summary>
    public async Task<string[]> Told() => [.. (await Events("directory.")).Select(e => ((string)e["type"]!)["directory.".Length..])];

    /// <summary>A mirror that is kept from the events alone equals the released rows, and no version is missing or told twice.</summary>
    public async Task AssertMirrored() => await AssertMirrored(Mirror.Of(await Events("directory.")));

    /// <summary>The mirror equals the released rows.</summary>
    public async Task AssertMirrored(Mirror mirror)
    {
        var (users, groups) = (await Users(), await Groups());
        Assert.That(mirror.Users.Keys, Is.EquivalentTo(users.Keys));
        foreach (var (id, row) in users)
        {
            var told = mirror.Users[id];
            Assert.That(
                (
                    (long)told["version"]!,
                    (string?)told["status"],
                    (string?)told["statusReason"],
                    (string?)told["uid"],
                    (string?)told["managerId"]
                ),
                Is.EqualTo(
                    (
                        (long)row["version"]!,
                        (string?)row["status"],
                        (string?)row["status_reason"],
                        (string?)row["uid"],
                        (string?)row["manager_id"]
                    )
                ),
                id
            );
            Assert.That(((string?)told["userName"])?.ToLowerInvariant(), Is.EqualTo((string?)row["user_name"]), id);
        }
        Assert.That(
            mirror.Groups.Select(group => (group.Key, (string?)group.Value["name"], (long)group.Value["memberCount"]!)),
            Is.EquivalentTo(
                groups
                    .Where(group => group.Value["deleted_at"] is null)
                    .Select(group => (group.Key, (string?)group.Value["name"], (long)group.Value["member_count"]!))
            )
        );
        Assert.That(mirror.Members, Is.EquivalentTo(await Members()));
    }

    static IEnumerable<JsonObject> Objects(string json) => JsonNode.Parse(json)!.AsArray().Select(item => (JsonObject)item!);
}

/// <summary>What an application has that does nothing but apply events in their order.</summary>
sealed class Mirror(bool fromSnapshot)
{
    readonly Dictionary<string, long> _versions = [];

    public Dictionary<string, JsonObject> Users { get; } = [];

    public Dictionary<string, JsonObject> Groups { get; } = [];

    /// <summary>As "group person".</summary>
    public HashSet<string> Members { get; } = [];

    /// <summary>From the first event of all: each version of an object comes once, and a snapshot tells nothing new.</summary>
    public static Mirror Of(IEnumerable<JsonObject> events) => Of(events, fromSnapshot: false);

    /// <summary>
    /// From a snapshot, whose objects are told while others change: what is told of an object is taken unless it is known in a later
    /// version.
    /// </summary>
    public static Mirror OfSnapshot(IEnumerable<JsonObject> events) => Of(events, fromSnapshot: true);

    static Mirror Of(IEnumerable<JsonObject> events, bool fromSnapshot)
    {
        var mirror = new Mirror(fromSnapshot);
        foreach (var e in events)
            mirror.Apply(e);
        return mirror;
    }

    void Apply(JsonObject e)
    {
        var (type, data, isAgain) = ((string)e["type"]!, e["data"]!, e["snapshotId"] is not null);
        if (data["user"] is JsonObject user)
            Users[Next(type, user, isAgain)] = user;
        if (type == "directory.user.purged")
            Users.Remove((string)data["user"]!["id"]!);
        if (data["group"] is not JsonObject group)
            return;
        var id = Next(type, group, isAgain);
        Groups[id] = group;
        if (type.EndsWith("deleted", StringComparison.Ordinal))
        {
            Groups.Remove(id);
            Members.RemoveWhere(member => member.StartsWith(id, StringComparison.Ordinal));
        }
        foreach (var person in data["removed"]?.AsArray() ?? [])
            Assert.That(Members.Remove($"{id} {person}") || fromSnapshot, $"{person} was no member of {id}");
        foreach (var person in data["added"]?.AsArray() ?? [])
            Assert.That(Members.Add($"{id} {person}") != (isAgain && !fromSnapshot) || fromSnapshot, $"{person} in {id}, again: {isAgain}");
    }

    /// <summary>
    /// The object's id. Each event of an object has the version after that of the one before; a snapshot repeats it.
    /// </summary>
    string Next(string type, JsonObject shown, bool isAgain)
    {
        var (id, version) = ((string)shown["id"]!, (long)shown["version"]!);
        var known = _versions.TryGetValue(id, out var last);
        if (known || !fromSnapshot)
            Assert.That(version, Is.EqualTo(isAgain ? last : last + 1), $"{type} of {id}");
        _versions[id] = version;
        return id;
    }
}
