using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ScimProvisioning.Hosting;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Faults;

/// <summary>PostgreSQL stops and comes back while the server keeps running.</summary>
[TestFixture, Parallelizable]
sealed class DatabaseAwayTests
{
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    readonly TemporaryFolder _folder = new();
    readonly LogLines _log = new();
    EmbeddedPostgres _postgres = null!;
    ScimServer _server = null!;
    TestDirectory _directory = null!;
    string _user = "";
    string _group = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        await StartPostgresAsync();
        var database = _postgres.ConnectionString + ";";
        _server = new(database, LogLines.SettingsOfAll);
        _server.StartServer();
        _server.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        _directory = await TestDirectory.CreateAsync(_server, database + "Pooling=false");
        _user = await _directory.User("ada");
        _group = await _directory.Group("Team", _user);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _server?.Dispose();
        _log.Dispose();
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Every_request_is_503_at_once_until_the_database_is_back(bool crash)
    {
        var before = await _directory.Everything();
        await StopPostgresAsync(crash);

        // First with broken sessions in the pool, then with none. A request that waited for a timeout of the database would take
        // 15 seconds each time; a busy machine is only slow sometimes, so the fastest round counts.
        var (answers, fastest) = (new List<Answer>(), TimeSpan.MaxValue);
        for (var round = 0; round < 2 || (round < 5 && fastest > AtOnce); round++)
        {
            var time = Stopwatch.StartNew();
            answers.AddRange(await RequestsAsync());
            fastest = time.Elapsed < fastest ? time.Elapsed : fastest;
        }
        await StartPostgresAsync();

        Assert.That(answers.Select(a => a.Error), Has.All.EqualTo((503, (string?)null)));
        Assert.That(answers.Select(a => a.Headers.RetryAfter?.Delta), Has.All.GreaterThan(TimeSpan.Zero));
        Assert.That(fastest, Is.LessThan(AtOnce));
        Assert.That((await _directory.Get($"/Users/{_user}")).Status, Is.EqualTo(200));
        Assert.That((await _directory.Patch($"/Users/{_user}", """{"op":"remove","path":"title"}""")).Status, Is.EqualTo(200));
        Assert.That(await _directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task An_outage_is_one_line_of_the_log_when_it_begins_and_one_when_it_ends()
    {
        await _log.UntilOutagesEndAsync();
        var before = _log.All.Count;
        await StopPostgresAsync(crash: false);
        for (var round = 0; round < 3; round++)
        {
            await RequestsAsync();
            await _server.Send(HttpMethod.Get, "/connections");
        }
        await StartPostgresAsync();
        await _log.UntilOutagesEndAsync();

        // Others tell once that they wait: the listener, and the writer of the uses of tokens.
        var lines = _log.All.Skip(before).Where(line => !line.StartsWith("Information", StringComparison.Ordinal)).ToList();
        Assert.That(lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)), Is.Empty);
        Assert.That(lines.Count(line => line.Contains("cannot serve", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(
            lines.Single(line => line.Contains("serves again", StringComparison.Ordinal)),
            Does.Match(@"after [\d.]+ s; requests answered 503 meanwhile: 27$")
        );
        Assert.That(lines, Has.Count.LessThanOrEqualTo(4));
    }

    [Test]
    public async Task What_was_acknowledged_around_a_crash_of_the_database_is_there()
    {
        using var stop = new CancellationTokenSource();
        var created = new List<string>();
        var writers = Enumerable
            .Range(0, 4)
            .Select(writer =>
                Task.Run(async () =>
                {
                    for (var i = 0; !stop.IsCancellationRequested; i++)
                    {
                        var answer = await _directory.Send("POST", "/Users", $$"""{"userName":"w{{writer}}.{{i}}"}""");
                        Assert.That(answer.Status, Is.AnyOf(201, 503));
                        if (answer.Status == 201)
                            lock (created)
                                created.Add((string)answer["id"]!);
                    }
                })
            )
            .ToArray();

        try
        {
            await UntilAsync(20);
            await StopPostgresAsync(crash: true);
            var acknowledged = Created();
            await StartPostgresAsync();
            await UntilAsync(acknowledged + 20);
        }
        finally
        {
            await stop.CancelAsync();
        }
        await Task.WhenAll(writers).WaitAsync(Wait.Limit);

        var changes = (await _directory.Changes()).Select(e => (string)e["resource_id"]!).ToHashSet();
        Assert.That(created.Count(id => !changes.Contains(id)), Is.Zero);
        Assert.That(
            await _directory.Ask<bool>(
                """
                SELECT (SELECT sum(version) FROM resources WHERE connection_id = $1) = count(*)
                FROM changes WHERE connection_id = $1 AND resource_type <> 'Connection'
                """
            )
        );

        int Created()
        {
            lock (created)
                return created.Count;
        }

        Task UntilAsync(int count) =>
            Wait.UntilAsync(() => Created() >= count || writers.Any(writer => writer.IsFaulted), $"{count} users are created");
    }

    async Task StartPostgresAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        _postgres = await EmbeddedPostgres.StartAsync(
            new()
            {
                DataDirectory = _folder.FullName,
                Settings = new Dictionary<string, string> { ["fsync"] = "off" },
            },
            NullLogger.Instance,
            TimeProvider.System,
            limit.Token
        );
    }

    /// <summary>Stops it as an admin does, or as a crash does. Started again in the same folder it has the same address.</summary>
    async Task StopPostgresAsync(bool crash)
    {
        if (crash)
        {
            var postmaster = (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "postgres", "postmaster.pid")))[0];
            // The immediate stop of PostgreSQL: it closes no session and writes nothing.
            using var quit = Process.Start("kill", ["-QUIT", postmaster]);
            using var limit = new CancellationTokenSource(Wait.Limit);
            await quit.WaitForExitAsync(limit.Token);
        }
        await _postgres.DisposeAsync();
    }

    Task<Answer[]> RequestsAsync() =>
        Task.WhenAll(
            _directory.Get("/Users"),
            _directory.Get($"/Users/{_user}"),
            _directory.Get("/Schemas"),
            _directory.Send("POST", "/Users", """{"userName":"bob"}"""),
            _directory.Send("PUT", $"/Users/{_user}", """{"userName":"eve"}"""),
            _directory.Patch($"/Users/{_user}", """{"op":"replace","path":"title","value":"x"}"""),
            _directory.Patch($"/Groups/{_group}", """{"op":"remove","path":"members"}"""),
            _directory.Send("DELETE", $"/Users/{_user}")
        );
}
