using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// What the first page of each filter costs in a long log of requests of one connection, and what it takes to drop a month.
/// </summary>
sealed class RequestLogBenchmark(BenchmarkOptions options)
{
    public const string Argument = "requests";

    /// <summary>The people whom the requests are about, in turn.</summary>
    const int People = 100_000;

    /// <summary>One of so many requests was refused.</summary>
    const int Refused = 1_000;

    /// <summary>Pages of each kind that are measured.</summary>
    const int Pages = 100;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        await using var source = NpgsqlDataSource.Create($"{database.ConnectionString};Command Timeout=0");
        await using var server = await ChildProcess.StartAsync(options.Server, [], database.ServerSettings(_adminKey), ct);
        var connection = (await Tenant.CreateAsync(server.Address, _adminKey, "Logged", ct)).ConnectionId;
        Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}; {options.Events:N0} requests of one connection");
        var took = await TimeAsync(source, Fill(connection), ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  filled in {took / 1_000:F0} s"));
        await database.SettleAsync(ct);

        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _adminKey);
        var random = new Random(1);
        foreach (var (name, query) in Filters(random))
        {
            var times = new List<double>();
            for (var i = 0; i < Pages; i++)
            {
                var began = Stopwatch.GetTimestamp();
                using var response = await client.GetAsync($"api/v1/connections/{connection}/requests?{query()}", ct);
                response.EnsureSuccessStatusCode();
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            var first = times[0];
            times.Sort();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {name}: first {first:F1} ms, p50 {times[Pages / 2]:F1} ms, p99 {times[Pages * 99 / 100]:F1} ms"
                )
            );
        }
        var drop = await TimeAsync(source, "SELECT scim_drop_partitions('requests', date_trunc('month', now(), 'UTC'))", ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  the month before dropped in {drop:F0} ms"));
    }

    static IEnumerable<(string Name, Func<string> Query)> Filters(Random random)
    {
        yield return ("no filter", () => "");
        yield return ("an outcome that is rare", () => "outcome=refused");
        yield return ("an outcome that there is none of", () => "outcome=failed");
        yield return ("an outcome that most have", () => "outcome=matched");
        yield return ("two outcomes", () => "outcome=refused,failed");
        yield return ("a status that is rare", () => "status=409");
        yield return ("a status that there is none of", () => "status=503");
        yield return ("a subject", () => $"subject=user{random.Next(People)}@contoso.com");
        yield return ("a subject that there is none of", () => "subject=nobody@contoso.com");
        yield return ("a resource", () => $"resourceId={random.Next(People).ToString(CultureInfo.InvariantCulture).PadLeft(32, '0')}");
        yield return ("a minute", () => $"since={Minute(random.Next(1_000)):O}&until={Minute(1_000):O}");
        yield return ("rare, and of a subject", () => $"outcome=refused&subject=user{random.Next(People)}@contoso.com");
    }

    static DateTime Minute(int number) => TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(number - 1_001);

    // Half of them are of the month before.
    string Fill(Guid connection) =>
        $$"""
            DO $do$
            DECLARE
                month timestamptz := date_trunc('month', now(), 'UTC') - interval '1 month';
            BEGIN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF requests FOR VALUES FROM (%L) TO (%L)',
                    'requests_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'), month, month + interval '1 month');
            END $do$;
            INSERT INTO requests (connection_id, organization_id, occurred_at, id, method, operation, resource_type, resource_id, subject,
                subject_key, status, outcome, found, milliseconds, actor, address, agent, request_id, is_personal)
            SELECT '{{connection}}', o.id, now() - i * (now() - date_trunc('month', now(), 'UTC')) * 2 / {{options.Events}},
                gen_random_uuid(), CASE i % 10 WHEN 0 THEN 'PATCH' ELSE 'GET' END, CASE i % 10 WHEN 0 THEN 'patch' ELSE 'find' END, 'User',
                lpad((i % {{People}})::text, 32, '0')::uuid,
                'user' || i % {{People}} || '@contoso.com', 'user' || i % {{People}} || '@contoso.com',
                CASE WHEN i % {{Refused}} = 0 THEN 409 ELSE 200 END,
                CASE WHEN i % {{Refused}} = 0 THEN 'refused' WHEN i % 10 = 0 THEN 'unchanged' ELSE 'matched' END,
                1, 3, 'token:019ac0dd-7e9c-7c3e-9a41-3f2b8d6c5e10', '20.190.129.80', NULL, '0HNQ7OTVOV4CD:' || i, true
            FROM generate_series(0, {{options.Events}} - 1) i, (SELECT id FROM organizations LIMIT 1) o
            """;

    static async Task<double> TimeAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
