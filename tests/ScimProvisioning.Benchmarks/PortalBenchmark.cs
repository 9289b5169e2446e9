using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// How long each page of the portal takes, and what it weighs, as a customer and as an operator load it: one after the other, and four
/// at once.
/// </summary>
sealed class PortalBenchmark(BenchmarkOptions options)
{
    public const string Argument = "portal";

    const double MostMilliseconds = 150;
    const double MostBytes = 100_000;

    /// <summary>Before that, code is compiled: not for one page more than for another.</summary>
    const int Unmeasured = 10;

    const int Loads = 50;
    const int AtOnce = 4;
    const int LoadsOfEach = 15;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        var found = await BenchmarkDatabase.FindAsync(options.Database, ct);
        await using var database = found ?? await BenchmarkDatabase.CreateAsync(ct, options.Database);
        await using var server = await ChildProcess.StartAsync(options.Server, [], database.ServerSettings(_adminKey), ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        if (found is null)
            await PortalDirectory.FillAsync(source, server, _adminKey, options.Users, ct);
        if (options.Database is not null)
            database.Keep();
        var connection = await PortalDirectory.FindAsync(source, ct);
        using var admin = new AdminClient(server.Address, _adminKey);
        var plan = await PortalDirectory.PlanAsync(source, admin, connection, ct);
        var pages = await PortalPages.FindAsync(source, connection, plan, ct);
        using var customer = await OpenAsync(server, admin, connection, ct);
        using var consumer = new PortalBrowser(server.Address);
        await consumer.SendFormAsync("/console", ct, ("key", _adminKey));
        Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}; {options.Users} users");
        await MeasureAsync("customer", customer, pages.OfCustomers, ct);
        await MeasureAsync("operator", consumer, pages.OfOperators, ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The server has {server.ResidentBytes / 1e6:N0} MB resident."));
    }

    static async Task<PortalBrowser> OpenAsync(ChildProcess server, AdminClient admin, Guid connection, CancellationToken ct)
    {
        var organization = JsonNode.Parse(await admin.SendAsync(HttpMethod.Get, $"connections/{connection}", null, ct))!["organizationId"];
        var link = await admin.SendAsync(HttpMethod.Post, "portal-links", $$"""{"organizationId":"{{organization}}"}""", ct);
        var browser = new PortalBrowser(server.Address);
        await browser.SendFormAsync(new Uri((string)JsonNode.Parse(link)!["url"]!).AbsolutePath, ct);
        return browser;
    }

    async Task MeasureAsync(string who, PortalBrowser browser, IReadOnlyList<(string Name, string Path)> pages, CancellationToken ct)
    {
        pages = [.. pages.Where(page => options.Includes(page.Name))];
        var times = pages.ToDictionary(page => page.Path, _ => new List<double>());
        for (var load = -Unmeasured; load < Loads; load++)
            foreach (var (_, path) in pages)
            {
                var took = await TimeAsync(browser, path, ct);
                if (load >= 0)
                    times[path].Add(took);
            }
        Console.WriteLine($"| page ({who}) | p50 ms | p95 ms | max ms | p95 ms, {AtOnce} at once | KB cold | KB warm | over |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|---|");
        foreach (var (name, path) in pages)
        {
            var together = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => TimesAsync(browser, path, ct)));
            var (alone, beside) = (times[path].Order().ToArray(), together.SelectMany(some => some).Order().ToArray());
            var (cold, warm) = (await browser.LoadAllAsync(path, ct), await browser.LoadAsync(path, ct));
            var over =
                (At(alone, 0.95) > MostMilliseconds ? "time " : "")
                + (At(beside, 0.95) > MostMilliseconds ? "at once " : "")
                + (cold > MostBytes ? "size" : "");
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {At(alone, 0.5):F1} | {At(alone, 0.95):F1} | {alone[^1]:F1} | {At(beside, 0.95):F1} "
                        + $"| {cold / 1e3:F1} | {warm / 1e3:F1} | {over} |"
                )
            );
        }
    }

    static async Task<List<double>> TimesAsync(PortalBrowser browser, string path, CancellationToken ct)
    {
        var times = new List<double>();
        for (var load = 0; load < LoadsOfEach; load++)
            times.Add(await TimeAsync(browser, path, ct));
        return times;
    }

    static async Task<double> TimeAsync(PortalBrowser browser, string path, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        await browser.LoadAsync(path, ct);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    static double At(double[] times, double part) => times[(int)(part * (times.Length - 1))];
}
