using System.Diagnostics;
using System.Text;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>Reconciliations of long lists, and the command.</summary>
[TestFixture, Parallelizable]
sealed class LongReconciliationTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase(3_000)]
    [TestCase(100_000, Explicit = true, Reason = "Takes a minute.")]
    public async Task A_long_list_is_compared_as_a_whole(int count)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await PostgresFixture.ExecuteAsync(
            $$$"""
            INSERT INTO directory_users (connection_id, id, organization_id, resource_id, is_linked, uid, uid_key, status, user_name,
                mapped, own, local, managed, roles, version, created_at, updated_at)
            SELECT '{{{app.Connection}}}', gen_random_uuid(),
                (SELECT organization_id FROM connections WHERE id = '{{{app.Connection}}}'), gen_random_uuid(), true, 'u' || i, 'u' || i,
                'active', 'u' || i, jsonb_build_object('userName', 'u' || i, 'displayName', 'U'),
                '{}', '{}', '{userName,displayName}', '[]', 1, now(), now()
            FROM generate_series(1, {{{count}}}) i
            """,
            PostgresFixture.ConnectionString
        );
        var list = new StringBuilder("uid,userName,displayName\n");
        for (var i = 11; i <= count + 10; i++)
            list.Append($"u{i},u{i},{(i % 1_000 == 0 ? "Other" : "U")}\n");
        var (watch, held) = (Stopwatch.StartNew(), Environment.WorkingSet);

        var (_, found) = await _server.Reconcile(app, list.ToString(), "text/csv");

        var grown = (Environment.WorkingSet - held) / 1024 / 1024;
        await TestContext.Out.WriteLineAsync($"{count} rows: {watch.Elapsed}; the process has grown by {grown} MB");
        var counts = found["counts"]!;
        Assert.That(
            ((long)counts["local"]!, (long)counts["missing"]!, (long)counts["differing"]!, (long)counts["assigned"]!),
            Is.EqualTo((10L, 10L, (long)(count / 1_000), (long)count - 10))
        );
    }

    [Test]
    public async Task The_command_says_what_differs_and_with_apply_tells_it()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var (ella, _) = (await app.Directory.User("ella"), await app.Directory.User("nils"));
        await app.Settle();
        var path = Path.Combine(System.IO.Directory.CreateTempSubdirectory("reconcile").FullName, "users.csv");
        await File.WriteAllTextAsync(path, $"uid\n{ella}\n");

        var outcome = await CommandOutcome.RunAsync(
            $"reconcile {app.Connection} {path} --apply",
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString)
        );

        System.IO.Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        var answer = outcome.Answer;
        Assert.That((long)answer["reconciliation"]!["counts"]!["missing"]!, Is.EqualTo(1));
        Assert.That((string?)answer["differences"]![0]!["name"], Is.EqualTo("nils"));
        Assert.That((long)answer["applied"]!["told"]!, Is.EqualTo(1));
        Assert.That((string?)(await app.Events("directory."))[^1]["cause"]!["kind"], Is.EqualTo("reconciliation"));
    }
}
