using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Faults;

/// <summary>A disk without room: PostgreSQL refuses what needs new room (53100), and goes on reading.</summary>
[TestFixture, Parallelizable]
sealed class FullDiskTests
{
    // New rows and new tables are what needs room.
    const string Fill = """
        CREATE FUNCTION no_row() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE disk_full USING MESSAGE = 'No space left on device'; END $$;
        CREATE FUNCTION no_table() RETURNS event_trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE disk_full USING MESSAGE = 'No space left on device'; END $$;
        CREATE TRIGGER no_row BEFORE INSERT ON resources EXECUTE FUNCTION no_row();
        CREATE EVENT TRIGGER no_table ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS') EXECUTE FUNCTION no_table();
        """;
    const string MakeRoom = "DROP EVENT TRIGGER no_table; DROP TRIGGER no_row ON resources";

    [Test]
    public async Task It_is_one_outage_while_clients_try_again_and_others_read()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        using var log = new LogLines();
        await using var server = new ScimServer(database, LogLines.Settings);
        server.StartServer();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var directory = await TestDirectory.CreateAsync(server, database);

        await PostgresFixture.ExecuteAsync(Fill, database);
        for (var i = 0; i < 3; i++)
        {
            var refused = await directory.Send("POST", "/Users", """{"userName":"ada"}""");
            Assert.That(refused.Error, Is.EqualTo((503, (string?)null)));
            Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(200));
            await Task.Delay(refused.Headers.RetryAfter!.Delta!.Value);
        }
        await PostgresFixture.ExecuteAsync(MakeRoom, database);
        await directory.User("ada");
        await log.UntilOutagesEndAsync();

        Assert.That(log.Outages(), Is.EqualTo(1));
        Assert.That(log.All.Last(line => line.Contains("serves again", StringComparison.Ordinal)), Does.EndWith("meanwhile: 3"));
    }
}
