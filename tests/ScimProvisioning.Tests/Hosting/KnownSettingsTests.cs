using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>Settings that nobody reads, because their name is misspelt.</summary>
[TestFixture, Parallelizable]
sealed class KnownSettingsTests
{
    [TestCase("Limits:Concurency", "1", "There is no setting Limits__Concurency: it is ignored. Did you mean Limits__Concurrency?")]
    [TestCase("limits:queu", "1", "There is no setting limits__queu: it is ignored. Did you mean Limits__Queue?")]
    [TestCase("Limit:Queue", "1", "There is no setting Limit__Queue: it is ignored. Did you mean Limits__Queue?")]
    [TestCase("Admin:Key", "x", "There is no setting Admin__Key: it is ignored.")]
    [TestCase("Entra:Isuer", "x", "There is no setting Entra__Isuer: it is ignored. Did you mean Entra__Issuer?")]
    [TestCase("Token:SigningKey", "x", "There is no setting Token__SigningKey: it is ignored. Did you mean Tokens__SigningKey?")]
    [TestCase(
        "Tokens:SigningKeyfil",
        "x",
        "There is no setting Tokens__SigningKeyfil: it is ignored. Did you mean Tokens__SigningKeyFile?"
    )]
    [TestCase("PublicURI", "x", "There is no setting PublicURI: it is ignored. Did you mean PublicUrl?")]
    [TestCase("PUBLIC_URL", "x", "There is no setting PUBLIC_URL: it is ignored. Did you mean PublicUrl?")]
    [TestCase("TrustedProxy:0", "x", "There is no setting TrustedProxy__0: it is ignored.")]
    [TestCase("Embedded:DataDir", "x", "There is no setting Embedded__DataDir: it is ignored.")]
    [TestCase("ConnectionStrings:Cache", "x", "There is no setting ConnectionStrings__Cache: it is ignored.")]
    public void A_name_that_is_nearly_ours_is_named_with_the_one_that_was_meant(string key, string value, string expected) =>
        Assert.That(Told((key, value)), Has.Some.StartsWith(expected));

    [TestCase("Limits:Concurrency", "1")]
    [TestCase("LIMITS:CONCURRENCY", "1")]
    [TestCase("TrustedProxies:0", "10.0.0.1")]
    [TestCase("Tokens:PreviousSigningKeys:0", "x")]
    [TestCase("Embedded:Settings:shared_buffers", "1GB")]
    [TestCase("ConnectionStrings:PostgresFile", "/x")]
    [TestCase("Logging:LogLevel:Default", "Debug")]
    [TestCase("Kestrel:Limits:MaxConcurrentConnections", "1")]
    [TestCase("PATH", "/bin")]
    [TestCase("HOME", "/root")]
    [TestCase("DOTNET_gcServer", "1")]
    public void Other_names_are_left_alone(string key, string value) => Assert.That(Told((key, value)), Is.Empty);

    [TestCase("ConnectionStrings:Postgress", "ConnectionStrings__Postgres")]
    [TestCase("ConnectionStrings:Postgre", "ConnectionStrings__Postgres")]
    [TestCase("ConnectionStrings:PostgreSQL", "ConnectionStrings__Postgres")]
    [TestCase("ConnectionString:Postgres", "ConnectionStrings__Postgres")]
    [TestCase("ConnectionStrings:Posgtres", "ConnectionStrings__Postgres")]
    [TestCase("ConnectionStrings:PostgressFile", "ConnectionStrings__PostgresFile")]
    [TestCase("ConnectionStrings:PostgresFiel", "ConnectionStrings__PostgresFile")]
    [TestCase("ConnectionString:PostgresFile", "ConnectionStrings__PostgresFile")]
    public void A_misspelt_connection_string_is_refused_instead_of_an_empty_database(string key, string meant)
    {
        var refused = Assert.Throws<StartupException>(() => Told((key, "Host=db")));

        Assert.That(refused!.Message, Does.Contain(SecretFiles.Variable(key)).And.Contain($"Did you mean {meant}?"));
    }

    // Another program's, perhaps: it is named, and the server starts on the database that it has.
    [TestCase("ConnectionStrings:Postgres", "Host=db")]
    [TestCase("ConnectionStrings:PostgresFile", "/run/secrets/postgres")]
    public void Beside_a_good_connection_string_one_that_is_nearly_ours_is_only_named(string key, string value) =>
        Assert.That(Told((key, value), ("ConnectionStrings:PostgreSQL", "Host=db")), Has.Count.EqualTo(1));

    [Test]
    public async Task A_server_says_so_at_its_start()
    {
        using var server = ServerProcess.Start(
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            ("Limits__Concurency", "4")
        );

        Assert.That(await server.SaysAsync("Limits__Concurency"), Does.Contain("Did you mean Limits__Concurrency?"));
    }

    static List<string> Told(params (string Key, string Value)[] settings)
    {
        var log = new Lines();
        KnownSettings.NameUnknown(
            new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build(),
            log
        );
        return log.Texts;
    }

    sealed class Lines : ILogger
    {
        public List<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Texts.Add(formatter(state, exception));
    }
}
