using System.Diagnostics;
using Npgsql;

namespace ScimProvisioning.Tests.Groups;

/// <summary>A PATCH whose filters on members take too long is the client's to change: it is never called an outage.</summary>
[TestFixture, Parallelizable]
sealed class MemberFilterLimitTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [TestCase(1)]
    [TestCase(300)]
    public async Task Filters_that_do_not_end_in_time_are_refused_as_tooMany_and_change_nothing(int filters)
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(server, database);
        var group = await directory.Group("Team", await directory.User("ada"));
        await directory.Get("/Users");
        var before = await directory.Everything();
        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("LOCK TABLE group_members", other, transaction);
        await hold.ExecuteNonQueryAsync();

        var operations = Enumerable.Range(0, filters).Select(i => $$"""{"op":"remove","path":"members[display co \"{{i}}\"]"}""");
        var (answer, took) = await AnswerAsync();
        // The server stops it after eight seconds. A busy machine is only slow sometimes, so a second answer counts too.
        if (took >= Limit)
            (answer, took) = await AnswerAsync();

        Assert.That(answer.Error, Is.EqualTo((400, "tooMany")));
        Assert.That(answer.Detail, Does.Contain("members[value eq"));
        Assert.That(took, Is.LessThan(Limit));
        await transaction.RollbackAsync();
        Assert.That(await directory.Everything(), Is.EqualTo(before));

        async Task<(Answer, TimeSpan)> AnswerAsync()
        {
            var watch = Stopwatch.StartNew();
            return (await directory.Patch($"/Groups/{group}", string.Join(',', operations)), watch.Elapsed);
        }
    }
}
