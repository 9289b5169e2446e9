using Microsoft.AspNetCore.Builder;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

[TestFixture, Parallelizable, CancelAfter(60_000)]
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
        using var server = ServerProcess.Start(("ConnectionStrings__Postgres", "Host=db.example"), ("ASPNETCORE_ENVIRONMENT", "Production"));

        var (exitCode, error) = await server.EndsAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.Contain("Tokens__SigningKey, Admin__ApiKey").And.Not.Contain("   at "));
    }

    [Test]
    public async Task Production_with_its_secrets_in_files_is_content()
    {
        var builder = Builder("Production", Connection,
            $"--Tokens:SigningKeyFile={_folder.Write("signing-key", "from a file\n")}", $"--Admin:ApiKeyFile={_folder.Write("admin-key", "another")}");

        await using var postgres = await builder.AddEmbeddedPostgresUnlessConfigured();

        Assert.That(postgres, Is.Null);
        Assert.That((builder.Configuration["Tokens:SigningKey"], builder.Configuration["Admin:ApiKey"]), Is.EqualTo(("from a file", "another")));
    }

    [Test]
    public async Task Development_keeps_the_signing_key_it_generated()
    {
        var (first, second) = (Builder("Development", Connection), Builder("Development", Connection));

        await first.AddEmbeddedPostgresUnlessConfigured();
        await second.AddEmbeddedPostgresUnlessConfigured();

        Assert.That(Convert.FromBase64String(first.Configuration["Tokens:SigningKey"]!), Has.Length.EqualTo(32));
        Assert.That(second.Configuration["Tokens:SigningKey"], Is.EqualTo(first.Configuration["Tokens:SigningKey"]));
    }

    [Test]
    public void A_secret_file_that_is_not_there_is_named()
    {
        var builder = Builder("Development", Connection, "--Admin:ApiKeyFile=/run/secrets/nothing");

        var refusal = Assert.ThrowsAsync<StartupException>(() => builder.AddEmbeddedPostgresUnlessConfigured());

        Assert.That(refusal!.Message, Does.Contain("Admin__ApiKeyFile").And.Contain("/run/secrets/nothing"));
    }

    [Test]
    public void A_secret_and_its_file_together_are_refused()
    {
        var builder = Builder("Development", Connection, $"--ConnectionStrings:PostgresFile={_folder.Write("connection", "Host=other")}");

        var refusal = Assert.ThrowsAsync<StartupException>(() => builder.AddEmbeddedPostgresUnlessConfigured());

        Assert.That(refusal!.Message, Does.Contain("ConnectionStrings__Postgres and ConnectionStrings__PostgresFile"));
    }

    [Test]
    public void Servers_that_start_at_once_agree_on_a_generated_secret()
    {
        var secrets = new string[16];

        Parallel.For(0, secrets.Length, i => secrets[i] = DataDirectory.Open(_folder.FullName).Secret("signing-key"));

        Assert.That(secrets.Distinct().Count(), Is.EqualTo(1));
        Assert.That(Directory.GetFiles(_folder.FullName), Has.Length.EqualTo(1));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(Path.Combine(_folder.FullName, "signing-key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    WebApplicationBuilder Builder(string environment, params string[] arguments) =>
        WebApplication.CreateBuilder([$"--environment={environment}", $"--Embedded:DataDirectory={_folder.FullName}", .. arguments]);
}
