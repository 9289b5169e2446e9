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
}
