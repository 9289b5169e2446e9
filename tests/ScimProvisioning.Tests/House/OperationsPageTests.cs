using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ScimProvisioning.Hosting;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.House;

/// <summary>docs/operations.md: what it tells people to run on PostgreSQL, run as it is printed, on a PostgreSQL of its own.</summary>
[TestFixture, CancelAfter(600_000)]
sealed partial class OperationsPageTests
{
    const string Password = "secret"; // in the place of the dots on the page

    static readonly string Page = File.ReadAllText(ProjectFolder.Find("docs/operations.md"));

    TemporaryFolder _folder = null!;
    EmbeddedPostgres _cluster = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _cluster = await EmbeddedPostgres.StartAsync(
            EmbeddedPostgresOptions.ThrowAway(Path.Combine(_folder.FullName, "pg")),
            NullLogger.Instance,
            TimeProvider.System,
            TestContext.CurrentContext.CancellationToken
        );
        // The page creates this database; the cluster has made one of that name for itself.
        await RunSql("DROP DATABASE scim", "postgres");
    }

    [TearDown]
    public async Task Stop()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task The_login_the_backups_the_read_role_and_the_purge_work_as_they_are_printed()
    {
        var (login, after) = (Blocks("The database login", "sql")[0], Blocks("The database login", "sql")[1]);
        await RunSql(login, "postgres");
        await using var server = new ScimServer(As("scim", "scim"));
        var directory = await TestDirectory.CreateAsync(server, _cluster.ConnectionStringTo("scim"));
        await RunSql(after, "scim");
        var user = await directory.User("ada@example.com");
        var group = await directory.Group("Design", user);
        var leaver = await directory.User("leaver@example.com");
        await directory.Send("DELETE", $"/Users/{leaver}");

        // Backup and restore with our commands.
        var (backups, roles) = (Blocks("Backup and restore", "bash"), Blocks("Backup and restore", "sql"));
        await RunBash(backups[0], As("scim", "scim"));
        await RunSql("CREATE DATABASE ours OWNER scim", "postgres");
        await RunBash(backups[1], As("scim", "ours"));
        Assert.That(await Count("ours", "resources"), Is.EqualTo(4 - 1));
        File.Delete(Path.Combine(_folder.FullName, "scim.dump"));

        // PostgreSQL's own tools: the owner, then the role for backups, then the restore.
        await RunBash(backups[2], As("scim", "scim"));
        File.Delete(Path.Combine(_folder.FullName, "scim.dump"));
        await RunSql(roles[0], "scim");
        await RunBash(backups[3], As("scim_backup", "scim"));
        await RunSql("CREATE DATABASE theirs OWNER scim", "postgres");
        await RunBash(backups[4].Replace("-d scim", "-d theirs").Replace("postgres scim -c", "postgres theirs -c"), null);
        Assert.That(await Count("theirs", "resources"), Is.EqualTo(3));
        Assert.That(await Count("theirs", "changes WHERE transaction_id <> '0'"), Is.Zero);

        // A role that reads.
        var reads = Blocks("SQL access for an app or a report", "sql");
        await RunSql(reads[0], "scim");
        var report = As("scim_report", "scim");
        Assert.That(await Read(report, "SELECT user_name FROM users"), Is.Empty, "no connection is named");
        var rows = await Read(report, Filled(reads[1], directory));
        Assert.That(rows, Is.EqualTo(new[] { "ada@example.com", "Design" }));
        Assert.That(() => Read(report, "DELETE FROM resources"), Throws.InstanceOf<PostgresException>());
        await RunSql(Filled(reads[2], directory), "scim");
        var other = (await server.Connect()).Id;
        Assert.That(await Read(report, $"SET app.connection_id = '{other}'; SELECT user_name FROM users"), Is.Empty);
        Assert.That(await Read(report, Filled(reads[1], directory)), Is.EqualTo(rows));

        // Erasing a person.
        var purge = Blocks("What is kept, and how long", "bash").Single();
        await RunBash(
            purge.Replace("<id of the user>", leaver).Replace("<id of the connection>", $"{directory.Connection.Id}"),
            As("scim", "scim")
        );
        Assert.That(await directory.Everything(), Does.Not.Contain("leaver@example.com").And.Contain(group));
    }

    static string Filled(string block, TestDirectory directory) => block.Replace("<id of the connection>", $"{directory.Connection.Id}");

    /// <summary>The code of that language in a section of the page.</summary>
    static List<string> Blocks(string title, string language)
    {
        var start = Page.IndexOf($"\n## {title}\n", StringComparison.Ordinal);
        var end = Page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return
        [
            .. Block()
                .Matches(Page[start..end])
                .Where(block => block.Groups["language"].Value == language)
                .Select(block => block.Groups["code"].Value.Replace("'…'", $"'{Password}'", StringComparison.Ordinal)),
        ];
    }

    string As(string role, string database) =>
        new NpgsqlConnectionStringBuilder(_cluster.ConnectionStringTo(database))
        {
            Username = role,
            Password = Password,
            MaxPoolSize = 10,
        }.ConnectionString;

    /// <summary>Statement by statement, as psql does, as the superuser.</summary>
    async Task RunSql(string block, string database)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(_cluster.ConnectionStringTo(database)) { Pooling = false }
        );
        foreach (var statement in block.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }

    async Task<long> Count(string database, string from)
    {
        await using var source = NpgsqlDataSource.Create(_cluster.ConnectionStringTo(database));
        await using var command = source.CreateCommand($"SELECT count(*) FROM {from}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The first column of all rows of all statements.</summary>
    static async Task<List<string>> Read(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false });
        await using var session = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, session);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        do while (await reader.ReadAsync())
            values.Add(reader.GetString(0));
        while (await reader.NextResultAsync());
        return values;
    }

    /// <summary>Runs commands with the program of this build and this PostgreSQL in the place of the hosts that the page names.</summary>
    async Task RunBash(string block, string? connectionString)
    {
        var cluster = new NpgsqlConnectionStringBuilder(_cluster.ConnectionStringTo("scim"));
        var program = Path.Combine(AppContext.BaseDirectory, "ScimProvisioning.dll");
        var script = HostOption().Replace(block, $"-h {cluster.Host} -p {cluster.Port}").Replace("ScimProvisioning.dll", program);
        var start = ServerProcess.How([]);
        start.FileName = "bash";
        start.ArgumentList.Clear();
        foreach (var argument in (string[])["-euo", "pipefail", "-c", script])
            start.ArgumentList.Add(argument);
        start.WorkingDirectory = _folder.FullName;
        start.Environment["ConnectionStrings__Postgres"] = connectionString;
        start.Environment["PGPASSWORD"] = connectionString is null ? cluster.Password : Password;
        using var shell = Process.Start(start)!;
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        using var _ = patience.Token.Register(() => shell.Kill(entireProcessTree: true));
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.That((shell.ExitCode, await error), Is.EqualTo((0, "")), $"{block}{await output}");
    }

    [GeneratedRegex("^```(?<language>\\w+)\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("-h (new)?db\\b")]
    private static partial Regex HostOption();
}
