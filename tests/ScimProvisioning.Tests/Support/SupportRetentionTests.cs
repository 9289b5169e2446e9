using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Support;

/// <summary>What the daily job deletes of reconciliations, links and self-tests.</summary>
[TestFixture, Parallelizable]
sealed class SupportRetentionTests
{
    [Test]
    public async Task What_is_old_goes_and_what_is_young_stays()
    {
        using var server = DailyServer.Start(
            await PostgresFixture.CreateDatabaseAsync(),
            new() { ["Retention:ReconciliationDays"] = "10" }
        );
        var directory = await server.Connect("{}");
        await directory.Create("/Users", """{"userName":"self-test-00000000-0000-7000-8000-000000000001@self-test.invalid"}""");
        await server.Execute(
            $"""
            INSERT INTO reconciliations (connection_id, id, organization_id, request_id, state, has_list, created_at, saved_at)
            SELECT c.id, gen_random_uuid(), organization_id, 'r', 'failed', true, now() - age, now() - interval '2 hours'
            FROM connections c, (VALUES (interval '1 minute'), ('12 days')) AS ages (age) WHERE c.id = '{directory.Connection.Id}';
            INSERT INTO reconciliation_rows (connection_id, reconciliation_id, line, organization_id, active, attributes)
            SELECT connection_id, id, i, organization_id, true, '{"{}"}' FROM reconciliations, generate_series(1, 1200) i;
            INSERT INTO reconciliation_differences (connection_id, reconciliation_id, number, organization_id, class)
            SELECT connection_id, id, i, organization_id, 'local' FROM reconciliations, generate_series(1, 1200) i;
            INSERT INTO share_links
                (connection_id, id, organization_id, hash, what, redact, with_server, created_at, created_by, expires_at)
            SELECT c.id, gen_random_uuid(), organization_id, age::text::bytea, 'support-bundle', true, true, now(), '', now() - age
            FROM connections c, (VALUES (interval '1 day'), ('8 days')) AS ages (age) WHERE c.id = '{directory.Connection.Id}';
            INSERT INTO tokens (id, connection_id, jti_hash, hint, created_at, created_by, expires_at, is_self_test)
            VALUES ('00000000-0000-7000-8000-000000000001', '{directory.Connection.Id}', 'x', '', now(), '', now() - interval '1 minute',
                true)
            """
        );
        Assert.That(await Left(directory), Is.EqualTo("2 2400 2400 2 2 1"));

        await server.RunJob(0);

        Assert.That(await Left(directory), Is.EqualTo("1 0 1200 1 1 0"));
    }

    /// <summary>Reconciliations, rows of lists, differences, links, tokens, users.</summary>
    static Task<string> Left(TestDirectory directory) =>
        directory.Ask<string>(
            """
            SELECT concat_ws(' ', (SELECT count(*) FROM reconciliations WHERE connection_id = $1),
                (SELECT count(*) FROM reconciliation_rows WHERE connection_id = $1),
                (SELECT count(*) FROM reconciliation_differences WHERE connection_id = $1),
                (SELECT count(*) FROM share_links WHERE connection_id = $1), (SELECT count(*) FROM tokens WHERE connection_id = $1),
                (SELECT count(*) FROM resources WHERE connection_id = $1))
            """
        );
}
