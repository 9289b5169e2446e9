using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

[TestFixture, Parallelizable, CancelAfter(600_000)]
sealed class EmbeddedPostgresTests
{
    TemporaryFolder _folder = null!;

    string Data => Path.Combine(_folder.FullName, "data");

    EmbeddedPostgresOptions Options => EmbeddedPostgresOptions.ThrowAway(Data) with { DeleteOnDispose = false };

    [SetUp]
    public void CreateFolder() => _folder = new();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Data_of_the_first_start_is_there_on_the_second(CancellationToken ct)
    {
        await using (var first = await StartAsync(Options, ct))
            await QueryAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer", ct);

        await using var second = await StartAsync(Options, ct);

        Assert.That(await QueryAsync(second, "SELECT answer FROM kept", ct), Is.EqualTo(42));
    }

    [Test]
    public async Task Data_without_its_password_file_is_not_opened(CancellationToken ct)
    {
        await using (var first = await StartAsync(Options, ct))
            await QueryAsync(first, "SELECT 1", ct);
        File.Delete(Path.Combine(Data, "postgres-password"));

        var refusal = Assert.ThrowsAsync<StartupException>(() => StartAsync(Options, ct));

        Assert.That(refusal!.Message, Does.Contain("postgres-password"));
    }

    [Test]
    public async Task A_real_server_flushes_to_disk_speaks_UTF8_in_the_C_locale_and_listens_on_no_network(CancellationToken ct)
    {
        await using var postgres = await StartAsync(new() { DataDirectory = Data }, ct);

        Assert.That(await QueryAsync(postgres, "SHOW fsync", ct), Is.EqualTo("on"));
        Assert.That(
            await QueryAsync(
                postgres,
                """
                SELECT datname || ' ' || pg_encoding_to_char(encoding) || ' ' || datcollate
                FROM pg_database WHERE datname = current_database()
                """,
                ct
            ),
            Is.EqualTo("scim UTF8 C")
        );
        if (!OperatingSystem.IsWindows())
            Assert.That(await QueryAsync(postgres, "SHOW listen_addresses", ct), Is.Empty);
    }

    [Test]
    public async Task A_throw_away_cluster_leaves_nothing(CancellationToken ct)
    {
        await using (var postgres = await StartAsync(EmbeddedPostgresOptions.ThrowAway(Data), ct))
            await QueryAsync(postgres, "SELECT 1", ct);

        Assert.That(System.IO.Directory.Exists(Data), Is.False);
    }

    [Test]
    public async Task A_folder_too_deep_for_a_socket_with_an_awkward_name_works_too(CancellationToken ct)
    {
        var deep = Path.Combine(Data, "it's awkward, ü", new string('d', 100));

        await using var postgres = await StartAsync(Options with { DataDirectory = deep }, ct);

        Assert.That(await QueryAsync(postgres, "SELECT 1", ct), Is.EqualTo(1));
    }

    [Test]
    public void A_folder_whose_name_a_shell_would_change_is_refused()
    {
        var refusal = Assert.ThrowsAsync<StartupException>(() =>
            StartAsync(Options with { DataDirectory = Path.Combine(Data, "$HOME") }, CancellationToken.None)
        );

        Assert.That(refusal!.Message, Does.Contain("$HOME"));
    }

    [Test]
    public async Task Without_installed_programs_they_come_from_npm_once(CancellationToken ct)
    {
        var options = Options with { SearchDirectories = [] };
        await using (var first = await StartAsync(options, ct))
            Assert.That(await QueryAsync(first, "SHOW server_version", ct), Does.StartWith("18."));

        await using var second = await StartAsync(options with { Npm = "" }, ct);

        Assert.That(await QueryAsync(second, "CREATE EXTENSION btree_gin; SELECT 1", ct), Is.EqualTo(1));
    }

    [Test]
    public async Task A_second_server_on_the_same_folder_is_refused(CancellationToken ct)
    {
        await using var first = await StartAsync(Options, ct);

        var refusal = Assert.ThrowsAsync<StartupException>(() => StartAsync(Options, ct));

        Assert.That(refusal!.Message, Does.Contain(Data).And.Contain($"process {Environment.ProcessId}"));
        Assert.That(await QueryAsync(first, "SELECT 1", ct), Is.EqualTo(1));
    }

    [Test]
    public void With_neither_programs_nor_npm_the_message_says_what_to_do()
    {
        var options = Options with { SearchDirectories = [], Npm = "npm-that-is-not-there" };

        var refusal = Assert.ThrowsAsync<StartupException>(() => StartAsync(options, CancellationToken.None));

        Assert.That(
            refusal!.Message,
            Does.Contain("install PostgreSQL 15").And.Contain("docker compose up").And.Contain("ConnectionStrings__Postgres")
        );
    }

    [Test]
    public void Data_of_another_major_version_is_not_touched()
    {
        var cluster = System.IO.Directory.CreateDirectory(Path.Combine(Data, "postgres")).FullName;
        File.WriteAllText(Path.Combine(cluster, "PG_VERSION"), "14\n");

        var refusal = Assert.ThrowsAsync<StartupException>(() =>
            StartAsync(Options with { BinDirectory = "/nowhere" }, CancellationToken.None)
        );

        Assert.That(refusal!.Message, Does.Contain("PostgreSQL 14"));
    }

    [Test]
    public async Task A_start_after_a_crash_ignores_another_process_that_has_the_old_process_id(CancellationToken ct)
    {
        await using (var first = await StartAsync(Options, ct))
            await QueryAsync(first, "SELECT 1", ct);
        File.WriteAllText(
            Path.Combine(Data, "postgres", "postmaster.pid"),
            $"{Environment.ProcessId}\n{Data}/postgres\n1\n5432\n{Data}/postgres\n\n"
        );

        await using var second = await StartAsync(Options, ct);

        Assert.That(await QueryAsync(second, "SELECT 1", ct), Is.EqualTo(1));
    }

    [Test]
    public async Task After_a_kill_of_the_server_the_next_one_takes_over_its_data(CancellationToken ct)
    {
        using var killed = ServerProcess.Start(("Embedded__DataDirectory", Data));
        await killed.ListensOnAsync();
        var orphan = await File.ReadAllLinesAsync(Path.Combine(Data, "postgres", "postmaster.pid"), ct);
        await killed.KillAsync();

        await using var postgres = await StartAsync(Options, ct);

        var now = await File.ReadAllLinesAsync(Path.Combine(Data, "postgres", "postmaster.pid"), ct);
        Assert.That(now[0], Is.Not.EqualTo(orphan[0]));
        Assert.That(await QueryAsync(postgres, "SELECT 1", ct), Is.EqualTo(1));
    }

    static Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken ct) =>
        EmbeddedPostgres.StartAsync(options, NullLogger.Instance, TimeProvider.System, ct);

    static async Task<object?> QueryAsync(EmbeddedPostgres postgres, string sql, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(ct);
    }
}
