using System.Net.Http.Headers;
using System.Text;

namespace ScimProvisioning.Benchmarks;

/// <summary>What an operation is compared with.</summary>
enum Effort
{
    Read,
    Write,
}

/// <summary>One kind of request, made anew for each turn of each worker.</summary>
/// <param name="Make">From the worker's number and its turn.</param>
/// <param name="Expected">A part of every good answer: a fast answer that is wrong is a failure.</param>
/// <param name="Period">Every how many turns one counts; the turns between undo it.</param>
sealed record Operation(string Name, Effort Effort, ChildProcess Server, Uri Address, string? Token, Func<int, long, HttpRequestMessage> Make, string Expected = "", int Period = 1)
{
    // Kept from one measurement to the next, so that what was added is removed before it is added again.
    readonly long[] _turns = new long[64];

    /// <summary>The next turn of a worker and whether it counts.</summary>
    public (HttpRequestMessage Request, bool Counts) Next(int worker)
    {
        var turn = _turns[worker]++;
        return (Make(worker, turn), turn % Period == 0);
    }

    public static IEnumerable<Operation> Baselines(ChildProcess server) =>
    [
        new("baseline: SELECT by key", Effort.Read, server, server.Address, null, (_, _) => new(HttpMethod.Get, $"rows/{Random.Shared.Next(BaselineServer.Rows):d32}"), "\"userName\""),
        new("baseline: INSERT of a row", Effort.Write, server, server.Address, null, (worker, turn) => WithBody(HttpMethod.Post, "rows", UserDocuments.New($"row{worker}-{turn}"))),
    ];

    public static IEnumerable<Operation> Of(ChildProcess server, LoadedDirectory directory)
    {
        var (url, token) = (directory.TenantUrl, directory.Token);
        return
        [
            new("match by userName", Effort.Read, server, url, token, (_, _) => new(HttpMethod.Get, $"Users?filter=userName+eq+%22{Uri.EscapeDataString(UserDocuments.UserName(LoadedDirectory.NameOf(AnyIndex(directory))))}%22"), "\"totalResults\":1,"),
            new("get by id", Effort.Read, server, url, token, (_, _) => new(HttpMethod.Get, $"Users/{AnyUser(directory)}"), "\"userName\":"),
            new("create user", Effort.Write, server, url, token, (worker, turn) => WithBody(HttpMethod.Post, "Users", UserDocuments.New($"new{worker}-{turn}")), "\"id\":"),
            new("PATCH user", Effort.Write, server, url, token, (worker, turn) => WithBody(HttpMethod.Patch, $"Users/{AnyUser(directory)}", UserDocuments.Change($"v{worker}-{turn}")), "\"meta\":"),
            AddMember("add a member, group of 10", directory.SmallGroup),
            AddMember($"add a member, group of {Math.Min(directory.Users.Count, 10_000):N0}", directory.LargeGroup),
        ];

        Operation AddMember(string name, string group) => new(name, Effort.Write, server, url, token, (worker, turn) =>
            WithBody(HttpMethod.Patch, $"Groups/{group}", UserDocuments.Member(turn % 2 == 0 ? "Add" : "Remove", directory.Movers[worker])), Period: 2);
    }

    static int AnyIndex(LoadedDirectory directory) => Random.Shared.Next(directory.Users.Count);

    static string AnyUser(LoadedDirectory directory) => directory.Users[AnyIndex(directory)];

    static HttpRequestMessage WithBody(HttpMethod method, string path, string json) => new(method, path)
    {
        Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/scim+json")),
    };
}
