using System.Security.Cryptography;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// What the application asks most: <c>GET /api/v1/users</c> by each look-up, and <c>resolve</c>, against one row by its key.
/// </summary>
sealed class LookUpBenchmark(BenchmarkOptions options)
{
    public const string Argument = "look-ups";

    /// <summary>People with the role that is looked up, and members of the group: a page that is short.</summary>
    const int Few = SeededDirectory.SmallGroupSize;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task<Report> RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        var environment = database.ServerSettings(_adminKey);
        await using var server = await ChildProcess.StartAsync(options.Server, [], environment, ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        var directory = await SeededDirectory.SeedAsync(
            await Tenant.CreateAsync(server.Address, _adminKey, "Looked up", ct),
            options.Users,
            load,
            ct
        );
        await FloorServer.FillAsync(database.ConnectionString, options.Users, ct);
        await load.CompleteAsync(ct);
        await database.SettleAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await ReleaseAsync(server, directory, source, ct);
        await database.SettleAsync(ct);

        await using var floor = await ChildProcess.StartAsync(
            typeof(FloorServer).Assembly.Location,
            [FloorServer.Argument],
            environment,
            ct
        );
        var operations = options.Select([
            .. Operations.OfFloor(floor, options.Users),
            .. Operations.OfLookUps(server, directory, _adminKey, Few),
        ]);
        var results = await Measurement.OfAllAsync(operations, options, ct);
        return new(Report.ThisMachine, await database.DescribeAsync(ct), options, Report.Compare(results), [], null, []);
    }

    /// <summary>Everybody gets a role that nearly all have, ten people another one, and everybody the app's own id.</summary>
    async Task ReleaseAsync(ChildProcess server, SeededDirectory directory, NpgsqlDataSource source, CancellationToken ct)
    {
        var connection = directory.Tenant.ConnectionId;
        using var admin = new AdminClient(server.Address, _adminKey);
        await admin.SendAsync(
            HttpMethod.Put,
            "roles",
            """{"roles":[{"key":"viewer","name":"Viewer"},{"key":"editor","name":"Editor","priority":10}]}""",
            ct
        );
        await admin.SendAsync(
            HttpMethod.Put,
            $"connections/{connection}/role-mappings",
            $$"""
            {"mode":"highest","default":"viewer","groups":[{"group":{"id":"{{directory.SmallGroups[0]}}"},"role":"editor"}]}
            """,
            ct
        );
        await admin.SendAsync(HttpMethod.Post, $"connections/{connection}/enable", null, ct);
        await new Releases(source, server, connection, options.Users).SettleAsync(ct);
        await using var command = source.CreateCommand("UPDATE directory_users SET app_user_id = 'app-' || employee_number");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }
}
