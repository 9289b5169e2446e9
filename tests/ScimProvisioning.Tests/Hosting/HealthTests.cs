using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

[TestFixture, Parallelizable, CancelAfter(600_000)]
sealed class HealthTests
{
    [Test]
    public async Task Ready_follows_the_database_and_live_the_process(CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        var builder = WebApplication.CreateBuilder([
            $"--Embedded:DataDirectory={folder.FullName}",
            "--urls=http://127.0.0.1:0",
            "--ConnectionStrings:Postgres=",
        ]);
        await using var postgres = await builder.PrepareHostAsync();
        builder.Services.AddSingleton(NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Postgres")!)).AddHealth();
        await using var app = builder.Build();
        app.MapHealth();
        await app.StartAsync(ct);
        using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };

        Assert.That((await client.GetAsync("/health/ready", ct)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        await SignalAsync(folder, "STOP", ct);
        var watch = Stopwatch.StartNew();
        Assert.That((await client.GetAsync("/health/ready", ct)).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), "stopped");
        // It gives up after three seconds; Npgsql alone would after fifteen or more.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(12)));
        await SignalAsync(folder, "CONT", ct);
        await Wait.UntilAsync(async () => (await client.GetAsync("/health/ready", ct)).IsSuccessStatusCode, "it is ready again");

        await using var session = await app.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(ct);
        await ExecuteAsync(session, ct, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        await Wait.UntilAsync(
            async () => (await client.GetAsync("/health/ready", ct)).StatusCode is HttpStatusCode.ServiceUnavailable,
            "read-only is not ready"
        );
        await ExecuteAsync(
            session,
            ct,
            "SET default_transaction_read_only = off",
            "ALTER SYSTEM RESET default_transaction_read_only",
            "SELECT pg_reload_conf()"
        );
        await Wait.UntilAsync(async () => (await client.GetAsync("/health/ready", ct)).IsSuccessStatusCode, "it takes writes again");

        await postgres!.DisposeAsync();

        Assert.That((await client.GetAsync("/health/ready", ct)).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await client.GetAsync("/health/live", ct)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    // SCIM goes on then, so the server must still get requests.
    [Test]
    public async Task Ready_is_degraded_while_there_is_no_month_ahead_for_events()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        using var client = server.ClientWith(null);
        var ready = new Uri("/health/ready", UriKind.Relative);
        Assert.That(await client.GetStringAsync(ready), Is.EqualTo("Healthy"));

        await PostgresFixture.ExecuteAsync(
            """
            DO $$
            DECLARE
                name text;
            BEGIN
                FOR name IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1 OFFSET 1 LOOP
                    EXECUTE format('DROP TABLE %I', name);
                END LOOP;
            END $$
            """,
            database
        );

        Assert.That(await client.GetStringAsync(ready), Is.EqualTo("Degraded"));
        await PostgresFixture.ExecuteAsync("SELECT scim_add_partitions()", database);
        Assert.That(await client.GetStringAsync(ready), Is.EqualTo("Healthy"));
    }

    /// <summary>To PostgreSQL's first process and then to its sessions.</summary>
    static async Task SignalAsync(TemporaryFolder folder, string signal, CancellationToken ct)
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "postgres", "postmaster.pid"), ct))[0];
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {postmaster}; pkill -{signal} -P {postmaster}"]);
        await kill.WaitForExitAsync(ct);
    }

    static async Task ExecuteAsync(NpgsqlConnection session, CancellationToken ct, params string[] statements)
    {
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, session);
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
