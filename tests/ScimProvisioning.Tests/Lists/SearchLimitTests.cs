using System.Diagnostics;
using Npgsql;

namespace ScimProvisioning.Tests.Lists;

/// <summary>The server ends a search that takes too long, and says why, before the client gives up.</summary>
[TestFixture, Parallelizable]
sealed class SearchLimitTests
{
    [Test]
    public async Task A_search_that_does_not_end_in_time_is_refused_as_tooMany()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(server, database);
        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("LOCK TABLE resources", other, transaction);
        await hold.ExecuteNonQueryAsync();

        var answer = await directory.Send("GET", "/Users?filter=title%20co%20%22x%22");

        Assert.That(answer.Error, Is.EqualTo((400, "tooMany")));
    }

    [Test]
    public async Task Searches_that_wait_for_each_other_are_all_answered_within_ten_seconds()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database, new() { ["Limits:Concurrency"] = "1", ["Limits:ConcurrencyAlone"] = "1" });
        var directory = await TestDirectory.CreateAsync(server, database);
        await directory.Get("/Users");
        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("LOCK TABLE resources", other, transaction);
        await hold.ExecuteNonQueryAsync();

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => directory.Send("GET", "/Users?filter=title%20co%20%22x%22")));

        // One has its 8 seconds; the second has waited for them, and gets one more; the others have no turn.
        Assert.That(answers.Count(answer => answer.Error == (400, "tooMany")), Is.EqualTo(1));
        var late = answers.Where(answer => answer.Status != 400).ToList();
        Assert.That(late.Select(answer => answer.Status), Is.All.AnyOf(429, 503));
        Assert.That(late.Select(answer => answer.Headers.RetryAfter?.Delta), Is.All.EqualTo(TimeSpan.FromSeconds(5)));
        // Ten, and some for a machine that is busy. Without limits on waiting it would be 32.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task Long_pages_that_wait_for_each_other_are_all_answered_within_ten_seconds()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(server, database);
        await directory.Get("/Users");
        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("LOCK TABLE resources", other, transaction);
        await hold.ExecuteNonQueryAsync();

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 4 * Environment.ProcessorCount)
                .Select(_ => directory.Send("GET", "/Users?count=1000&filter=title%20co%20%22x%22"))
        );

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(400, 503));
        Assert.That(answers.Select(answer => answer.Status), Has.Member(503));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }
}
