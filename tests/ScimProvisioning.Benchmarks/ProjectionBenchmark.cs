using System.Security.Cryptography;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>How fast what was received is released: the first load, a rebuild, users who all differ, one change at a time.</summary>
sealed class ProjectionBenchmark(BenchmarkOptions options)
{
    public const string Argument = "projection";

    const int WritesPerSecond = 100;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        await using var server = await ChildProcess.StartAsync(options.Server, [], database.ServerSettings(_adminKey), ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        var directory = await SeededDirectory.SeedAsync(
            await Tenant.CreateAsync(server.Address, _adminKey, "Projected", ct),
            options.Users,
            load,
            ct
        );
        await load.CompleteAsync(ct);
        await database.SettleAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}; {options.Users} users");
        var id = directory.Tenant.ConnectionId;
        var releases = new Releases(source, server, id, options.Users);
        using var admin = new AdminClient(server.Address, _adminKey);

        await releases.MeasureAsync("enable: everybody is new", () => PostAsync("enable"), ct);
        await releases.MeasureAsync(
            "rebuild: nothing differs",
            async () =>
            {
                await PostAsync("disable");
                await PostAsync("enable");
            },
            ct
        );
        await ExecuteAsync(
            """
            UPDATE resources SET attributes = jsonb_set(attributes, '{title}', '"Changed"') WHERE resource_type = 'User';
            INSERT INTO directory_dirty (connection_id, organization_id, resource_id)
            SELECT connection_id, organization_id, resource_id FROM directory_users;
            """
        );
        await releases.MeasureAsync(
            "queue: everybody differs",
            () => directory.Tenant.CreateAsync("Users", """{"userName":"wake"}""", ct),
            ct
        );
        var writes = WritesPerSecond * 2 * options.Seconds;
        Console.WriteLine(
            await new ReleaseLag(directory.Tenant, directory.Users, source).RunAsync(WritesPerSecond, written => written >= writes, ct)
        );

        Task PostAsync(string action) => admin.SendAsync(HttpMethod.Post, $"connections/{id}/{action}", null, ct);

        async Task ExecuteAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
