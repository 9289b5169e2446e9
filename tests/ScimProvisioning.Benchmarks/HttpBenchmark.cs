using System.Diagnostics;
using System.Security.Cryptography;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// The run over HTTP: our server and the floor, each in a separate process, on one PostgreSQL and with the same number of rows.
/// </summary>
sealed class HttpBenchmark(BenchmarkOptions options)
{
    const int Starts = 5;
    const int FewUsers = 1_000;
    const int FarPage = 5_000;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task<Report> RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        var environment = database.ServerSettings(_adminKey);
        SeededDirectory directory;
        IReadOnlyList<Result> results;
        var skipped = new List<string>();
        Uri address;
        await using (var server = await ChildProcess.StartAsync(options.Server, [], environment, ct))
        {
            address = server.Address;
            (directory, var few) = await SeedAsync(server, database, ct);
            await using var floor = await ChildProcess.StartAsync(
                typeof(FloorServer).Assembly.Location,
                [FloorServer.Argument],
                environment,
                ct
            );
            var operations = options.Select([
                .. Operations.OfFloor(floor, options.Users),
                .. Operations.OfDirectory(server, directory, options.Connections.Max()),
                .. await PagesAsync(server, directory, few, skipped, ct),
            ]);
            results = await Measurement.OfAllAsync(operations, options, ct);
            if (results.Any(result => result.Failures > 0))
                await Console.Error.WriteLineAsync(server.Output);
        }
        var (starts, walk) = await StartAndWalkAsync(environment, address, directory.Tenant, skipped, ct);
        return new(Report.ThisMachine, await database.DescribeAsync(ct), options, Report.Compare(results), starts, walk, skipped);
    }

    async Task<(SeededDirectory Directory, Tenant Few)> SeedAsync(ChildProcess server, BenchmarkDatabase database, CancellationToken ct)
    {
        await SayAsync($"Loading {options.Users:N0} users, their groups and the floor's rows ...");
        var start = Stopwatch.GetTimestamp();
        var many = await Tenant.CreateAsync(server.Address, _adminKey, "Many users", ct);
        var few = await Tenant.CreateAsync(server.Address, _adminKey, "Few users", ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        await SeededDirectory.SeedAsync(few, FewUsers, load, ct);
        // The database makes the rows of the floor by itself, while this process makes the documents of the directory.
        var floor = FloorServer.FillAsync(database.ConnectionString, options.Users, ct);
        var directory = await SeededDirectory.SeedAsync(many, options.Users, load, ct);
        await floor;
        await SayAsync($"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s; indexing ...");
        await load.CompleteAsync(ct);
        await database.SettleAsync(ct);
        await SayAsync($"Loaded in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.");
        return (directory, few);
    }

    async Task<IEnumerable<Operation>> PagesAsync(
        ChildProcess server,
        SeededDirectory directory,
        Tenant few,
        List<string> skipped,
        CancellationToken ct
    )
    {
        // Page 5,000, or the middle one if there are fewer pages.
        var near = await CursorPage.FindAsync(few, FewUsers / 200, ct);
        var far =
            near is null || !options.Includes("cursor page")
                ? null
                : await CursorPage.FindAsync(directory.Tenant, Math.Min(FarPage, options.Users / 200), ct);
        if (near is null)
            skipped.Add("cursor pages: the server answers no nextCursor");
        return Operations.OfPages(server, (few, FewUsers, near), (directory.Tenant, options.Users, far));
    }

    /// <summary>Kills the server and starts it again several times, then reads all users from the last one.</summary>
    async Task<(IReadOnlyList<ServerStart> Starts, Walk? Walk)> StartAndWalkAsync(
        Dictionary<string, string> environment,
        Uri address,
        Tenant tenant,
        List<string> skipped,
        CancellationToken ct
    )
    {
        if (!options.Includes("start") && !options.Includes("walk"))
            return ([], null);
        await SayAsync("Starting again, then walking ...");
        var starts = new List<ServerStart>();
        while (true)
        {
            await using var server = await ChildProcess.StartAsync(options.Server, [], environment, ct, address);
            starts.Add(server.Start);
            if (starts.Count < Starts)
                continue;
            if (!options.Includes("walk"))
                return (starts, null);
            if (await CursorPage.FindAsync(tenant, 2, ct) is not null)
            {
                var walk = await CursorPage.WalkAsync(server, tenant, ct);
                return walk.Users >= options.Users
                    ? (starts, walk)
                    : throw new InvalidOperationException($"The walk met only {walk.Users} users.");
            }
            skipped.Add("walk of all users: the server answers no nextCursor");
            return (starts, null);
        }
    }

    static Task SayAsync(string text) => Console.Error.WriteLineAsync(text);
}
