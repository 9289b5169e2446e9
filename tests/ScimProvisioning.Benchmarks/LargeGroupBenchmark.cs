using System.Security.Cryptography;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// One group has all users. It enters the scope, gets a role and is renamed: how long until all of that is released, how large does the
/// server get, and how much does another connection notice?
/// </summary>
sealed class LargeGroupBenchmark(BenchmarkOptions options)
{
    public const string Argument = "large-group";

    const int WritesPerSecond = 20;
    const int NeighbourUsers = 1_000;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        await using var server = await ChildProcess.StartAsync(options.Server, [], database.ServerSettings(_adminKey), ct);
        var tenant = await Tenant.CreateAsync(server.Address, _adminKey, "With a large group", ct);
        var neighbour = await Tenant.CreateAsync(server.Address, _adminKey, "Beside it", ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        var users = await UsersAsync(tenant, options.Users, load, ct);
        var neighbours = await UsersAsync(neighbour, NeighbourUsers, load, ct);
        var group = await tenant.CreateAsync("Groups", UserDocuments.NewGroup("large"), ct);
        var empty = await tenant.CreateAsync("Groups", UserDocuments.NewGroup("empty"), ct);
        await load.MembersAsync(tenant, users.Select(user => (group, user)), ct);
        await load.CompleteAsync(ct);
        await database.SettleAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}; a group of {options.Users}");
        using var admin = new AdminClient(server.Address, _adminKey);
        var releases = new Releases(source, server, tenant.ConnectionId, options.Users);

        await admin.SendAsync(HttpMethod.Put, "roles", """{"roles":[{"key":"editor","name":"Editor"}]}""", ct);
        await PutAsync("scope", $$"""{"mode":"groups","groups":[{"id":"{{empty}}"}]}""");
        foreach (var connection in (Tenant[])[tenant, neighbour])
            await admin.SendAsync(HttpMethod.Post, $"connections/{connection.ConnectionId}/enable", null, ct);
        await releases.SettleAsync(ct);
        await new Releases(source, server, neighbour.ConnectionId, NeighbourUsers).SettleAsync(ct);

        var isOver = false;
        var lag = new ReleaseLag(neighbour, neighbours, source).RunAsync(WritesPerSecond, _ => isOver, ct);
        await releases.MeasureAsync(
            "enters the scope",
            () => PutAsync("scope", $$"""{"mode":"groups","groups":[{"id":"{{group}}"}]}"""),
            ct
        );
        await releases.MeasureAsync(
            "gets a role",
            () => PutAsync("role-mappings", $$"""{"mode":"all","groups":[{"group":{"id":"{{group}}"},"role":"editor"}]}"""),
            ct
        );
        await releases.MeasureAsync("is renamed", () => RenameAsync(tenant, group, ct), ct);
        isOver = true;
        Console.WriteLine($"meanwhile, of another connection: {await lag}");

        Task PutAsync(string what, string json) => admin.SendAsync(HttpMethod.Put, $"connections/{tenant.ConnectionId}/{what}", json, ct);
    }

    static async Task<Guid[]> UsersAsync(Tenant tenant, int count, BulkLoad load, CancellationToken ct) =>
        await load.CopiesAsync(tenant, await tenant.CreateAsync("Users", UserDocuments.New(UserDocuments.FirstKey), ct), count, ct);

    static async Task RenameAsync(Tenant tenant, Guid group, CancellationToken ct)
    {
        using var client = tenant.Client();
        using var request = Operation.WithBody(HttpMethod.Patch, $"Groups/{group}", UserDocuments.Rename("Renamed"));
        using var response = await client.SendAsync(request, ct);
        response.EnsureSuccessStatusCode();
    }
}
