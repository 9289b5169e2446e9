using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Tests.Storage;

[TestFixture, Parallelizable]
sealed class MigrationTests
{
    [Test]
    public async Task Two_servers_may_start_on_an_empty_database_at_once()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var one = new ScimServer(database);
        await using var two = new ScimServer(database);

        await Task.WhenAll(Task.Run(one.StartServer), Task.Run(two.StartServer));

        Assert.That(await Ask(two, """SELECT count(*) FROM organizations WHERE id = '00000000-0000-7000-8000-000000000001'"""), Is.EqualTo(1L));
    }

    [Test]
    public async Task Two_servers_may_start_on_a_missing_database_at_once()
    {
        var missing = new NpgsqlConnectionStringBuilder(PostgresFixture.ConnectionString) { Database = "scim_missing" }.ConnectionString;
        await using var one = new ScimServer(missing);
        await using var two = new ScimServer(missing);

        await Task.WhenAll(Task.Run(one.StartServer), Task.Run(two.StartServer));

        Assert.That(await Ask(one, "SELECT count(*) FROM connections"), Is.Zero);
    }

    [Test]
    public async Task The_servers_sessions_are_a_role_that_bypasses_nothing()
    {
        await using var server = new ScimServer();
        server.StartServer();

        // Twice: a pooled session keeps the role.
        for (var i = 0; i < 2; i++)
        {
            Assert.That(
                await Ask(server, "SELECT rolname::text FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND NOT rolbypassrls"),
                Is.EqualTo("scim_app"));
        }
    }

    [Test]
    public async Task A_login_that_bypasses_row_level_security_and_cannot_step_down_is_refused()
    {
        await PostgresFixture.ExecuteAsync("CREATE ROLE bypasser LOGIN BYPASSRLS");
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync("bypasser"));

        Assert.That(server.StartServer, Throws.Exception.With.Message.Contains("bypasses row-level security"));
    }

    [TestCase("plain", "LOGIN", "plain")]
    [TestCase("maker", "LOGIN CREATEROLE", "scim_app")]
    public async Task A_login_that_is_no_superuser_serves(string role, string rights, string actsAs)
    {
        await PostgresFixture.ExecuteAsync($"CREATE ROLE {role} {rights}");
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync(role));

        await server.Connect();

        Assert.That(await Ask(server, "SELECT current_user::text"), Is.EqualTo(actsAs));
    }

    [Test]
    public void Wrapped_failures_of_the_network_are_recognised()
    {
        var network = new InvalidOperationException("EF's wrapping", new NpgsqlException("gone", new IOException()));

        Assert.That((Database.IsUnavailable(network), Database.IsUnavailable(new InvalidOperationException())), Is.EqualTo((true, false)));
    }

    static async Task<object?> Ask(ScimServer server, string sql)
    {
        await using var command = server.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
