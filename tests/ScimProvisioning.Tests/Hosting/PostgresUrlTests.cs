using Npgsql;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>The URL of a database in the place of a connection string.</summary>
[TestFixture, Parallelizable]
sealed class PostgresUrlTests
{
    [TestCase("postgres://scim:secret@db.example:5433/scim", "Host=db.example;Port=5433;Database=scim;Username=scim;Password=secret")]
    [TestCase("postgresql://scim:secret@db.example/scim", "Host=db.example;Database=scim;Username=scim;Password=secret")]
    [TestCase("POSTGRES://db.example", "Host=db.example")]
    [TestCase("postgres://", "Host=localhost")]
    [TestCase("postgres://db.example/", "Host=db.example")]
    [TestCase("postgres://scim@db.example/scim", "Host=db.example;Database=scim;Username=scim")]
    [TestCase("postgres://sc%40im:p%2Fs%3A%40%23%3F%25%3B%3D@db/my%20db", "Host=db;Database=my db;Username=sc@im;Password='p/s:@#?%;='")]
    [TestCase("postgres://scim:p@ss@db/scim", "Host=db;Database=scim;Username=scim;Password=p@ss")]
    [TestCase("postgres://u:p@a:5433,b,c:5434/scim", "Host='a:5433,b,c:5434';Database=scim;Username=u;Password=p")]
    [TestCase(
        "postgres://a,b/scim?target_session_attrs=primary&load_balance_hosts=disable",
        "Host='a,b';Database=scim;Target Session Attributes=primary;Load Balance Hosts=false"
    )]
    [TestCase("postgres://u@[2001:db8::1]:5433/scim", "Host=2001:db8::1;Port=5433;Database=scim;Username=u")]
    [TestCase("postgres://u@%2Fvar%2Frun%2Fpostgresql/scim", "Host=/var/run/postgresql;Database=scim;Username=u")]
    [TestCase("postgres:///scim?host=/var/run/postgresql&user=u&port=5434", "Host=/var/run/postgresql;Database=scim;Username=u;Port=5434")]
    [TestCase(
        "postgres://db/scim?sslmode=require&channel_binding=require",
        "Host=db;Database=scim;SSL Mode=Require;Channel Binding=Require"
    )]
    [TestCase(
        "postgres://db/scim?sslmode=verify-full&sslrootcert=/ca.pem",
        "Host=db;Database=scim;SSL Mode=VerifyFull;Root Certificate=/ca.pem"
    )]
    [TestCase("postgres://db/scim?sslmode=disable&connect_timeout=7", "Host=db;Database=scim;SSL Mode=Disable;Timeout=7")]
    [TestCase(
        "postgres://db/scim?application_name=my%20app&options=-c%20geqo%3Doff&keepalives_idle=30",
        "Host=db;Database=scim;Application Name=my app;Options='-c geqo=off';Tcp Keepalive Time=30"
    )]
    [TestCase("postgres://db/scim?Maximum%20Pool%20Size=20&Pooling=false", "Host=db;Database=scim;Maximum Pool Size=20;Pooling=false")]
    [TestCase("  postgres://db/scim\n", "Host=db;Database=scim")]
    public void A_url_is_read_as_the_connection_string_that_it_means(string url, string expected)
    {
        Assert.That(PostgresUrl.IsOne(url));
        var (read, meant) = (
            new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(url)),
            new NpgsqlConnectionStringBuilder(expected)
        );
        Assert.That(read.EquivalentTo(meant), $"{read} is not {meant}");
    }

    [TestCase("postgres://u:s3cret@db/scim?sslmode=perhaps", "sslmode")]
    [TestCase("postgres://u:s3cret@db/scim?schema=public", "schema")]
    [TestCase("postgres://u:s3cret@db:port/scim", "port")]
    [TestCase("postgres://u:s3cret@db/scim?connect_timeout=soon", "connect_timeout")]
    public void What_cannot_be_read_is_named_without_the_password(string url, string named)
    {
        var refused = Assert.Throws<StartupException>(() => PostgresUrl.ToConnectionString(url));

        Assert.That(
            refused!.Message,
            Does.Contain(named).And.Not.Contain("s3cret").And.StartWith("The URL in ConnectionStrings__Postgres")
        );
    }

    [TestCase("Host=db;Database=scim")]
    [TestCase("")]
    [TestCase(null)]
    public void A_connection_string_is_no_url(string? text) => Assert.That(PostgresUrl.IsOne(text), Is.False);

    [Test]
    public async Task A_server_starts_with_a_url()
    {
        var database = new NpgsqlConnectionStringBuilder(PostgresFixture.ConnectionString);
        var url =
            $"postgres://{database.Username}:{Uri.EscapeDataString(database.Password!)}@{Uri.EscapeDataString(database.Host!)}"
            + $"/{database.Database}?port={database.Port}";
        using var server = ServerProcess.Start(
            ("ConnectionStrings__Postgres", url),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey)
        );

        await server.ListensOnAsync();
    }
}
