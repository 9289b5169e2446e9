using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

[TestFixture, Parallelizable]
sealed class StartupTests
{
    const string Connection = "--ConnectionStrings:Postgres=Host=db.example;Database=scim";

    TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Production_with_a_connection_string_ends_with_a_plain_message_when_secrets_are_missing()
    {
        using var server = ServerProcess.Start(
            ("ConnectionStrings__Postgres", "Host=db.example"),
            ("ASPNETCORE_ENVIRONMENT", "Production")
        );

        var (exitCode, error) = await server.EndsAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.Contain("Tokens__SigningKey, Admin__ApiKey").And.Not.Contain("   at "));
    }

    [TestCase("PublicUrl", "scim.example.com", "PublicUrl must be an absolute http or https URL")]
    [TestCase("ConnectionStrings__Postgres", "Host", "ConnectionStrings__Postgres cannot be read")]
    [TestCase("Tokens__SigningKey", "short", "Tokens:SigningKey must be at least 32 bytes")]
    [TestCase("Admin__ApiKey", "short", "Admin__ApiKey must have at least 16 characters")]
    [TestCase("Limits__Concurrency", "0", "Limits__Concurrency must be a whole number, at least 1; it is '0'")]
    [TestCase("Limits__Queue", "many", "Limits__Queue must be a whole number, at least 0; it is 'many'")]
    [TestCase("OutgoingRequests__AllowedNetworks__0", "intranet", "OutgoingRequests__AllowedNetworks__0 must be an address")]
    [TestCase("Retention__ChangeLogDays", "-1", "Retention__ChangeLogDays must be a whole number, 0 to 36500; it is '-1'")]
    [TestCase("Swagger__Enabled", "perhaps", "Swagger__Enabled must be true or false; it is 'perhaps'")]
    [TestCase("TrustedProxies__0", "10.0.0.1/33", "TrustedProxies__0 must be an address (10.0.0.7) or a network")]
    [TestCase("TrustedProxies", "10.0.0.0/8", "TrustedProxies is a list: write TrustedProxies__0=10.0.0.0/8")]
    public async Task A_setting_that_cannot_work_ends_the_start_with_a_plain_message(string variable, string value, string message)
    {
        using var server = StartOnSharedDatabase((variable, value));

        var (exitCode, error) = await server.EndsAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.Contain(message).And.Not.Contain("   at "));
    }

    [Test]
    public async Task A_refusal_of_the_database_ends_the_start_with_a_plain_message()
    {
        var stranger = new NpgsqlConnectionStringBuilder(PostgresFixture.ConnectionString)
        {
            Username = "nobody_of_that_name",
        }.ConnectionString;
        using var server = StartOnSharedDatabase(("ConnectionStrings__Postgres", stranger));

        var (exitCode, error) = await server.EndsAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.StartWith("PostgreSQL refused: ").And.Not.Contain("   at "));
    }

    [Test]
    public async Task An_address_that_is_in_use_is_named_in_one_sentence_with_the_setting_that_changes_it()
    {
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)occupied.LocalEndpoint).Port}";
        using var server = StartOnSharedDatabase(("ASPNETCORE_URLS", address));

        var (exitCode, error) = await server.EndsAsync();

        Assert.That(
            (exitCode, error.TrimEnd()),
            Is.EqualTo(
                (
                    1,
                    $"Failed to bind to address {address}: address already in use: stop the other program, or set ASPNETCORE_URLS to "
                        + "another address."
                )
            )
        );
        Assert.That(server.Said, Does.Not.Contain("   at "));
    }

    [Test]
    public async Task The_first_admin_key_is_not_lost_to_a_start_that_fails()
    {
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();
        var taken = ("ASPNETCORE_URLS", $"http://127.0.0.1:{((IPEndPoint)occupied.LocalEndpoint).Port}");
        using var failed = ServerProcess.Start(("Embedded__DataDirectory", _folder.FullName), taken);
        Assert.That((await failed.EndsAsync()).ExitCode, Is.EqualTo(1));

        using var server = ServerProcess.Start(("Embedded__DataDirectory", _folder.FullName));

        Assert.That(await server.SaysAsync("admin key"), Does.Match("admin key +sk_"));
    }

    [Test]
    public async Task Production_starts_with_its_secrets_in_files()
    {
        var builder = Builder(
            "Production",
            Connection,
            $"--Tokens:SigningKeyFile={_folder.Write("signing-key", "from a file\n")}",
            $"--Admin:ApiKeyFile={_folder.Write("admin-key", "another")}"
        );

        await using var postgres = await builder.PrepareHostAsync();

        Assert.That(postgres, Is.Null);
        Assert.That(
            (builder.Configuration["Tokens:SigningKey"], builder.Configuration["Admin:ApiKey"]),
            Is.EqualTo(("from a file", "another"))
        );
    }

    [Test]
    public async Task Development_keeps_the_signing_key_it_generated()
    {
        var (first, second) = (Builder("Development", Connection), Builder("Development", Connection));

        await first.PrepareHostAsync();
        await second.PrepareHostAsync();

        Assert.That(Convert.FromBase64String(first.Configuration["Tokens:SigningKey"]!), Has.Length.EqualTo(32));
        Assert.That(second.Configuration["Tokens:SigningKey"], Is.EqualTo(first.Configuration["Tokens:SigningKey"]));
    }

    [Test]
    public void A_secret_file_that_is_not_there_is_named()
    {
        var builder = Builder("Development", Connection, "--Admin:ApiKeyFile=/run/secrets/nothing");

        var refusal = Assert.ThrowsAsync<StartupException>(() => builder.PrepareHostAsync());

        Assert.That(refusal!.Message, Does.Contain("Admin__ApiKeyFile").And.Contain("/run/secrets/nothing"));
    }

    [Test]
    public void A_secret_and_its_file_together_are_refused()
    {
        var builder = Builder("Development", Connection, $"--ConnectionStrings:PostgresFile={_folder.Write("connection", "Host=other")}");

        var refusal = Assert.ThrowsAsync<StartupException>(() => builder.PrepareHostAsync());

        Assert.That(refusal!.Message, Does.Contain("ConnectionStrings__Postgres and ConnectionStrings__PostgresFile"));
    }

    [Test]
    public void Servers_that_start_at_once_agree_on_a_generated_secret()
    {
        var secrets = new string[16];

        // Separate threads that begin at the same moment.
        using var line = new Barrier(secrets.Length);
        var servers = Enumerable
            .Range(0, secrets.Length)
            .Select(i => new Thread(() =>
            {
                line.SignalAndWait(Wait.Limit);
                secrets[i] = DataDirectory.Open(_folder.FullName).GetOrCreateSecret("signing-key");
            })
            {
                IsBackground = true,
            })
            .ToList();
        servers.ForEach(server => server.Start());

        Assert.That(servers.Select(server => server.Join(Wait.Limit)), Is.All.True);
        Assert.That(secrets.Distinct().Count(), Is.EqualTo(1));
        Assert.That(
            System.IO.Directory.GetFiles(_folder.FullName).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "secrets.lock", "signing-key" })
        );
        if (!OperatingSystem.IsWindows())
            Assert.That(
                File.GetUnixFileMode(Path.Combine(_folder.FullName, "signing-key")),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite)
            );
    }

    static ServerProcess StartOnSharedDatabase((string Variable, string Value) setting) =>
        ServerProcess.Start(
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            setting
        );

    WebApplicationBuilder Builder(string environment, params string[] arguments) =>
        WebApplication.CreateBuilder([$"--environment={environment}", $"--Embedded:DataDirectory={_folder.FullName}", .. arguments]);
}
