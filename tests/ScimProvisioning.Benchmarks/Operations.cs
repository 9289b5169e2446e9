using System.Globalization;

namespace ScimProvisioning.Benchmarks;

/// <summary>The operations that are measured, and those that they are compared with.</summary>
static class Operations
{
    const string Select = "floor: select";
    const string Insert = "floor: insert";
    const string Update = "floor: update";
    const string SelectAndUpdate = "floor: select, then update";
    const string SelectAndInsert = "floor: select, then insert";
    const string FullPage = "\"itemsPerPage\":100,";

    public static IEnumerable<Operation> OfFloor(ChildProcess floor, int rows)
    {
        return
        [
            On(Select, Read, "\"userName\""),
            On(Insert, Add),
            On(Update, Replace),
            On(SelectAndUpdate, Read, "\"userName\"") with
            {
                MakeSecond = Replace,
            },
            On(SelectAndInsert, Read, "\"userName\"") with
            {
                MakeSecond = Add,
            },
        ];

        Operation On(string name, Func<int, long, HttpRequestMessage> make, string expected = "") =>
            new(name, null, floor, floor.Address, null, make, expected);

        HttpRequestMessage Read(int worker, long turn) => Operation.Get($"rows/{Any(worker, turn, rows):d32}");

        HttpRequestMessage Add(int worker, long turn) => Operation.WithBody(HttpMethod.Post, "rows", UserDocuments.New($"{worker}-{turn}"));

        HttpRequestMessage Replace(int worker, long turn) =>
            Operation.WithBody(HttpMethod.Put, $"rows/{Any(worker, turn, rows):d32}", UserDocuments.New($"{worker}-{turn}"));
    }

    public static IEnumerable<Operation> OfDirectory(ChildProcess server, SeededDirectory directory, int workers)
    {
        var tenant = directory.Tenant;
        var large = directory.LargeGroupSize.ToString("N0", CultureInfo.InvariantCulture);
        return
        [
            Match("match by userName", ByUserName),
            Match("match by externalId", key => $"externalId eq \"{UserDocuments.ExternalId(key)}\""),
            Match("match by work e-mail", key => $"emails[type eq \"work\"].value eq \"{UserDocuments.UserName(key)}\""),
            On("get by id", Select, (_, _) => Operation.Get($"Users/{AnyUser(directory)}"), "\"userName\":"),
            On(
                "create user",
                Insert,
                (worker, turn) => Operation.WithBody(HttpMethod.Post, "Users", UserDocuments.New($"{worker}-{turn}")),
                "\"id\":"
            ),
            On(
                "PATCH user, 3 operations",
                Update,
                (worker, turn) =>
                    Operation.WithBody(HttpMethod.Patch, $"Users/{AnyUser(directory)}", UserDocuments.Change($"{worker}-{turn}")),
                "\"meta\":"
            ),
            Match("match by userName, then PATCH", ByUserName) with
            {
                ComparedWith = SelectAndUpdate,
                ExpectedSecond = "\"meta\":",
                MakeSecond = (worker, turn) =>
                    Operation.WithBody(
                        HttpMethod.Patch,
                        $"Users/{directory.Users[Any(worker, turn, directory.Users.Length)]}",
                        UserDocuments.Change($"{worker}-{turn}")
                    ),
            },
            Membership($"add or remove a member, 64 groups of {SeededDirectory.SmallGroupSize}", directory.SmallGroups),
            Membership($"add or remove a member, 64 groups of {large}", directory.LargeGroups),
            Membership($"add or remove a member, one hot group of {large}", [directory.HotGroup]),
            // As Entra does.
            On(
                $"get a group without members, then add or remove one, 64 groups of {large}",
                SelectAndInsert,
                (worker, turn) => Operation.Get($"Groups/{GroupOf(directory.LargeGroups, worker, turn)}?excludedAttributes=members"),
                "\"displayName\":"
            ) with
            {
                MakeSecond = (worker, turn) => Move(directory.LargeGroups, worker, turn),
            },
        ];

        static string ByUserName(string key) => $"userName eq \"{UserDocuments.UserName(key)}\"";

        Operation On(string name, string comparedWith, Func<int, long, HttpRequestMessage> make, string expected = "") =>
            new(name, comparedWith, server, tenant.Url, tenant.Token, make, expected);

        Operation Match(string name, Func<string, string> filter) =>
            On(
                name,
                Select,
                (worker, turn) =>
                    Operation.Get(
                        $"Users?filter={Uri.EscapeDataString(filter(UserDocuments.Key(Any(worker, turn, directory.Users.Length))))}"
                    ),
                "\"totalResults\":1,"
            );

        // Each worker adds its own user to one group after the other and removes it again. The workers start at different groups.
        Operation Membership(string name, Guid[] groups) => On(name, Insert, (worker, turn) => Move(groups, worker, turn));

        HttpRequestMessage Move(Guid[] groups, int worker, long turn) =>
            Operation.WithBody(
                HttpMethod.Patch,
                $"Groups/{GroupOf(groups, worker, turn)}",
                UserDocuments.Member(turn % 2 == 0 ? "Add" : "Remove", directory.Movers[worker])
            );

        Guid GroupOf(Guid[] groups, int worker, long turn) => groups[(worker * groups.Length / workers + turn / 2) % groups.Length];
    }

    /// <summary>What the application asks of the directory. Each finds one person; by role and group, those of a small group.</summary>
    public static IEnumerable<Operation> OfLookUps(ChildProcess server, SeededDirectory directory, string adminKey, int few)
    {
        return
        [
            By("uid", _ => AnyUid()),
            By("externalId", key => UserDocuments.ExternalId(key)),
            By("userName", UserDocuments.UserName),
            By("email", UserDocuments.UserName),
            By("appUserId", key => $"app-{key}"),
            By("q", key => $"user{key}"),
            By("role", _ => "editor", few),
            By("groupId", _ => $"{directory.SmallGroups[Random.Shared.Next(directory.SmallGroups.Length)]}", few),
            Call("resolve by externalId", key => $"resolve?externalId={UserDocuments.ExternalId(key)}", "\"user\":{"),
        ];

        Operation By(string name, Func<string, string> value, int found = 1) =>
            Call($"users by {name}", key => $"users?limit={found}&{name}={Uri.EscapeDataString(value(key))}", "\"userName\":");

        Operation Call(string name, Func<string, string> path, string expected) =>
            new(
                name,
                Select,
                server,
                new(server.Address, "api/v1/"),
                adminKey,
                (_, _) => Operation.Get($"{path(AnyKey(directory))}&connectionId={directory.Tenant.ConnectionId}"),
                expected
            );

        // The external ids of the copies are no GUIDs, so the SCIM id is the uid.
        string AnyUid() => $"{AnyUser(directory)}";
    }

    /// <summary>The first page, and a later one if a cursor leads to it; in the small connection and then in the large one.</summary>
    public static IEnumerable<Operation> OfPages(
        ChildProcess server,
        (Tenant Tenant, int Users, CursorPage? Page) small,
        (Tenant Tenant, int Users, CursorPage? Page) large
    )
    {
        foreach (var (of, comparedWith) in new[] { (small, (string?)null), (large, Users(small.Users)) })
        {
            yield return Page("first page of 100", of.Tenant, of.Users, comparedWith, "Users?count=100");
            if (small.Page is not { } near || large.Page is null || of.Page is not { } page)
                continue;
            yield return new(
                $"cursor page {page.Number.ToString("N0", CultureInfo.InvariantCulture)}{Users(of.Users)}",
                comparedWith is null ? null : $"cursor page {near.Number}{comparedWith}",
                server,
                of.Tenant.Url,
                of.Tenant.Token,
                (_, _) => Operation.Get(CursorPage.Path(page.Cursor, CursorPage.PageSize)),
                FullPage
            );
        }

        Operation Page(string name, Tenant tenant, int users, string? comparedWith, string path) =>
            new(
                name + Users(users),
                comparedWith is null ? null : name + comparedWith,
                server,
                tenant.Url,
                tenant.Token,
                (_, _) => Operation.Get(path),
                FullPage
            );
    }

    /// <summary>The usual work of a provisioning agent, in turn: it looks a user up by its name, reads one, changes one.</summary>
    public static Operation Mixed(string name, ChildProcess server, SeededDirectory directory) =>
        new(
            name,
            null,
            server,
            directory.Tenant.Url,
            directory.Tenant.Token,
            (worker, turn) =>
                (turn % 3) switch
                {
                    0 => Operation.Get($"Users?filter={Uri.EscapeDataString($"userName eq \"{AnyUserName(directory)}\"")}"),
                    1 => Operation.Get($"Users/{AnyUser(directory)}"),
                    _ => Operation.WithBody(HttpMethod.Patch, $"Users/{AnyUser(directory)}", UserDocuments.Change($"{worker}-{turn}")),
                }
        );

    /// <summary>The longest pages that the server gives, one after the other through the directory.</summary>
    public static Operation LongPages(string name, ChildProcess server, SeededDirectory directory) =>
        new(
            name,
            null,
            server,
            directory.Tenant.Url,
            directory.Tenant.Token,
            (worker, turn) => Operation.Get($"Users?count=1000&startIndex={1 + (worker + turn) * 1_000 % directory.Users.Length}")
        );

    static string Users(int users) => string.Create(CultureInfo.InvariantCulture, $", {users:N0} users");

    static string AnyUserName(SeededDirectory directory) => UserDocuments.UserName(AnyKey(directory));

    static string AnyKey(SeededDirectory directory) => UserDocuments.Key(Random.Shared.Next(directory.Users.Length));

    /// <summary>Any number below the limit, the same for each request of a turn.</summary>
    static int Any(int worker, long turn, int limit) => new Random(HashCode.Combine(worker, turn)).Next(limit);

    static Guid AnyUser(SeededDirectory directory) => directory.Users[Random.Shared.Next(directory.Users.Length)];
}
