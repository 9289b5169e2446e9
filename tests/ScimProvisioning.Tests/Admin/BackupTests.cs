using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ScimProvisioning.Hosting;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Admin;

/// <summary>The commands backup and restore, as the server's own login, which row-level security binds.</summary>
[TestFixture, Parallelizable, CancelAfter(600_000)]
sealed class BackupTests
{
    const string Login = "backup_login";
    const string User = """
        {"userName":"ada","title":"Dr.","emails":[{"value":"ada@example.com","type":"work"}]}
        """;

    TemporaryFolder _folder = null!;
    ScimServer _server = null!;
    string _source = "";

    string Dump => Path.Combine(_folder.FullName, "scim.dump");

    [OneTimeSetUp]
    public async Task Start()
    {
        await PostgresFixture.ExecuteAsync(LoginRole(Login));
        _source = await PostgresFixture.CreateEmptyDatabaseAsync(Login);
        _server = new(_source);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [SetUp]
    public void CreateFolder() => _folder = new();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task What_was_backed_up_is_all_there_in_another_cluster_and_is_served(CancellationToken ct)
    {
        var directory = await TestDirectory.CreateAsync(_server, Superuser(_source));
        var user = await directory.Create("/Users", User);
        var group = await directory.Group("Design", user);
        await directory.Send("DELETE", $"/Users/{await directory.User("gone")}");
        await _server.Send(
            HttpMethod.Post,
            $"/connections/{directory.Connection.Id}/schemas",
            """{"id":"urn:x:Badge","name":"Badge","attributes":[{"name":"number","type":"integer"}]}"""
        );
        // As in a PostgreSQL that has counted more transactions than the new one ever will in this test.
        await PostgresFixture.ExecuteAsync("UPDATE changes SET transaction_id = '999999999'", Superuser(_source));

        var backup = (await CommandOutcome.RunAsync($"backup {Dump}", ("ConnectionStrings__Postgres", _source))).Answer;
        await using var cluster = await EmbeddedPostgres.StartAsync(
            EmbeddedPostgresOptions.ThrowAway(Path.Combine(_folder.FullName, "other")),
            NullLogger.Instance,
            TimeProvider.System,
            ct
        );
        var target = await EmptyDatabaseIn(cluster);
        var restored = (await CommandOutcome.RunAsync($"restore {Dump}", ("ConnectionStrings__Postgres", target))).Answer;

        Assert.That(JsonNode.DeepEquals(backup["rows"], restored["rows"]));
        Assert.That(await Rows(Superuser(target, cluster)), Is.EqualTo(await Rows(Superuser(_source))).And.Contain("resources 3"));
        await using var server = new ScimServer(target);
        var copy = new TestDirectory(server.ClientWith(directory.Connection.Token), directory.Connection, Superuser(target, cluster));
        Assert.That((await copy.Find("/Users", "emails.value eq \"ada@example.com\"")).Ids, Is.EqualTo(new[] { user }));
        Assert.That(await copy.MembersOf(group), Is.EqualTo(new[] { user }));
        var later = await copy.User("later");
        Assert.That((await ReadLog(target, directory.Connection.Id)).Last(), Is.EqualTo(later));
        Assert.That(await ReadLog(target, directory.Connection.Id), Has.Member(user).And.Member(group));
        var (_, schemas) = await server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/schemas");
        Assert.That(schemas!["data"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_backup_by_a_login_that_sees_nothing_is_refused_and_leaves_no_file()
    {
        _server.StartServer();
        await PostgresFixture.ExecuteAsync(LoginRole("backup_stranger"));
        await PostgresFixture.ExecuteAsync("ALTER ROLE backup_stranger PASSWORD 'x'");
        var stranger = new NpgsqlConnectionStringBuilder(_source) { Username = "backup_stranger", Password = "x" }.ConnectionString;

        var refused = await CommandOutcome.RunAsync($"backup {Dump}", ("ConnectionStrings__Postgres", stranger));

        Assert.That((refused.ExitCode, File.Exists(Dump)), Is.EqualTo((1, false)));
        Assert.That(refused.Error, Does.Contain("sees no rows").And.Contain("BYPASSRLS"));
    }

    [Test]
    public async Task What_cannot_be_restored_is_told_in_a_sentence()
    {
        _server.StartServer();
        await CommandOutcome.RunAsync($"backup {Dump}", ("ConnectionStrings__Postgres", _source));
        var empty = ("ConnectionStrings__Postgres", await PostgresFixture.CreateEmptyDatabaseAsync());

        var again = await CommandOutcome.RunAsync($"backup {Dump}", ("ConnectionStrings__Postgres", _source));
        var full = await CommandOutcome.RunAsync($"restore {Dump}", ("ConnectionStrings__Postgres", _source));
        var missing = await CommandOutcome.RunAsync($"restore {Dump}.not", empty);
        var counts = Dump + ".counts.json";
        var text = await File.ReadAllTextAsync(counts);
        await File.WriteAllTextAsync(counts, text.Replace("\"organizations\":1", "\"organizations\":2", StringComparison.Ordinal));
        var fewer = await CommandOutcome.RunAsync($"restore {Dump}", empty);
        // As a server does at its start.
        var served = await CommandOutcome.RunAsync("migrate", empty);
        File.Delete(counts);
        var uncounted = await CommandOutcome.RunAsync($"restore {Dump}", empty);

        foreach (
            var (outcome, sentence) in ((CommandOutcome, string)[])
                [
                    (again, "cannot be written"),
                    (full, "is not empty"),
                    (missing, "There is no file"),
                    (fewer, "organizations has 1 rows and should have 2 rows"),
                    (fewer, "drop the database"),
                    (served, "PostgreSQL refused"),
                    (uncounted, "counts.json cannot be read"),
                ]
        )
        {
            Assert.That(outcome.ExitCode, Is.EqualTo(1), sentence);
            Assert.That(outcome.Error, Does.Contain(sentence).And.Not.Contain("   at "));
        }
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(Dump), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    // What docs/operations.md calls SQL access. A role belongs to the whole PostgreSQL, so no dump has it.
    [Test]
    public async Task A_role_that_a_backup_names_and_the_new_PostgreSQL_lacks_is_named_before_anything_is_restored()
    {
        const string Reader = "\"Backup Reader, \"\"one\"\"\"";
        var source = ("ConnectionStrings__Postgres", await PostgresFixture.CreateEmptyDatabaseAsync(Login));
        var target = ("ConnectionStrings__Postgres", await PostgresFixture.CreateEmptyDatabaseAsync(Login));
        await CommandOutcome.RunAsync("migrate", source);
        await PostgresFixture.ExecuteAsync(
            $"""
            CREATE ROLE {Reader}; CREATE ROLE backup_reader_two;
            GRANT SELECT ON users, resources TO {Reader};
            GRANT SELECT (id) ON groups TO {Reader} WITH GRANT OPTION;
            CREATE POLICY report ON resources AS RESTRICTIVE FOR SELECT TO scim_app, backup_reader_two, {Reader} USING (true);
            """,
            Superuser(source.Item2)
        );
        var backup = await CommandOutcome.RunAsync($"backup {Dump}", source);
        await PostgresFixture.ExecuteAsync(
            $"DROP OWNED BY {Reader}, backup_reader_two; DROP ROLE {Reader}, backup_reader_two",
            Superuser(source.Item2)
        );

        var refused = await CommandOutcome.RunAsync($"restore {Dump}", target);
        await PostgresFixture.ExecuteAsync($"CREATE ROLE {Reader}; CREATE ROLE backup_reader_two");
        var restored = await CommandOutcome.RunAsync($"restore {Dump}", target);

        Assert.That((backup.ExitCode, refused.ExitCode, restored.ExitCode), Is.EqualTo((0, 1, 0)), restored.Error);
        Assert.That(refused.Error, Does.Contain("lacks: Backup Reader, \"one\", backup_reader_two. Nothing was restored."));
        await using var database = NpgsqlDataSource.Create(Superuser(target.Item2));
        await using var policy = database.CreateCommand("SELECT cardinality(polroles) FROM pg_policy WHERE polname = 'report'");
        Assert.That(await policy.ExecuteScalarAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task The_snapshot_of_a_backup_outlives_the_limits_of_the_database(CancellationToken ct)
    {
        _server.StartServer();
        var limited = new NpgsqlConnectionStringBuilder(_source) { Options = "-c idle_in_transaction_session_timeout=1" };
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:Postgres"] = limited.ConnectionString };
        await using var copy = await DatabaseCopy.OpenAsync(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), ct);

        await copy.BeginSnapshotAsync(ct);
        await Task.Delay(TimeSpan.FromMilliseconds(200), ct);

        Assert.That(await copy.CountAsync(ct), Does.ContainKey("resources"));
    }

    // Without the policy a table would be empty in every backup.
    [Test]
    public async Task Every_protected_table_can_be_backed_up()
    {
        _server.StartServer();
        await using var database = NpgsqlDataSource.Create(_source);
        await using var command = database.CreateCommand(
            """
            SELECT coalesce(string_agg(relname, ', '), '') FROM pg_class c
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relrowsecurity
              AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'backup')
            """
        );

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(""), "Create the policy 'backup' on it, as BackupPolicy does.");
    }

    /// <summary>As docs/api.md says: the ids of the resources in the order of the log.</summary>
    static async Task<List<string>> ReadLog(string database, Guid connection)
    {
        await using var session = new NpgsqlConnection(database);
        await session.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SET app.connection_id = '{connection}';
            SELECT resource_id::text FROM changes
            WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot()) AND (transaction_id, sequence) > ('0', 0)
            ORDER BY transaction_id, sequence
            """,
            session
        );
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<string>();
        while (await reader.ReadAsync())
            ids.Add(reader.GetString(0));
        return ids;
    }

    static async Task<string> EmptyDatabaseIn(EmbeddedPostgres cluster)
    {
        var admin = cluster.ConnectionStringTo("postgres");
        await PostgresFixture.ExecuteAsync(LoginRole("new_login"), admin);
        await PostgresFixture.ExecuteAsync("ALTER ROLE new_login PASSWORD 'x'", admin);
        await PostgresFixture.ExecuteAsync("CREATE DATABASE restored OWNER new_login", admin);
        return new NpgsqlConnectionStringBuilder(admin)
        {
            Database = "restored",
            Username = "new_login",
            Password = "x",
            MaxPoolSize = 20,
        }.ConnectionString;
    }

    // As docs/operations.md says.
    static string LoginRole(string name) =>
        $"""
            DO $$ BEGIN CREATE ROLE scim_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN END $$;
            DO $$ BEGIN CREATE ROLE scim_index NOLOGIN; EXCEPTION WHEN duplicate_object THEN END $$;
            CREATE ROLE {name} LOGIN;
            GRANT scim_app, scim_index TO {name} WITH ADMIN OPTION;
            """;

    static string Superuser(string database, EmbeddedPostgres? cluster = null)
    {
        var name = new NpgsqlConnectionStringBuilder(database).Database!;
        return cluster?.ConnectionStringTo(name)
            ?? new NpgsqlConnectionStringBuilder(PostgresFixture.ConnectionString) { Database = name }.ConnectionString;
    }

    static async Task<string> Rows(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            """
            SELECT string_agg(relname || ' ' || (xpath('/row/c/text()',
                query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text, ', ' ORDER BY relname)
            FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            """
        );
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
