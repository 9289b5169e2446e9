using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Storage;

[TestFixture, Parallelizable]
sealed class MigrationTests
{
    [Test]
    public void The_model_changes_only_with_a_migration()
    {
        using var db = new DesignTimeContext().CreateDbContext([]);

        Assert.That(
            db.Database.HasPendingModelChanges(),
            Is.False,
            "The model has changed: add a migration with 'dotnet ef migrations add <Name>' and write its SQL (docs/contributing.md)."
        );
    }

    [Test]
    public async Task Two_servers_may_start_on_an_empty_database_at_once()
    {
        var database = await PostgresFixture.CreateEmptyDatabaseAsync();
        await using var one = new ScimServer(database);
        await using var two = new ScimServer(database);

        await Task.WhenAll(Task.Run(one.StartServer), Task.Run(two.StartServer));

        Assert.That(
            await Ask(
                two,
                """SET app.organization_id = '*'; SELECT count(*) FROM organizations WHERE id = '00000000-0000-7000-8000-000000000001'"""
            ),
            Is.EqualTo(1L)
        );
    }

    [Test]
    public async Task Two_servers_may_start_on_a_missing_database_at_once()
    {
        var missing = new NpgsqlConnectionStringBuilder(PostgresFixture.ConnectionString)
        {
            Database = $"scim_missing_{Environment.ProcessId}",
        }.ConnectionString;
        await using var one = new ScimServer(missing);
        await using var two = new ScimServer(missing);

        await Task.WhenAll(Task.Run(one.StartServer), Task.Run(two.StartServer));

        Assert.That(await Ask(one, "SET app.organization_id = '*'; SELECT count(*) FROM connections"), Is.Zero);
    }

    [Test]
    public async Task The_sessions_of_the_server_have_a_role_that_cannot_bypass_row_level_security()
    {
        await using var server = new ScimServer();
        server.StartServer();

        // Twice: a pooled session keeps the role.
        for (var i = 0; i < 2; i++)
        {
            Assert.That(
                await Ask(server, "SELECT rolname::text FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND NOT rolbypassrls"),
                Is.EqualTo("scim_app")
            );
        }
    }

    [Test]
    public async Task A_login_that_bypasses_row_level_security_and_cannot_change_its_role_is_refused()
    {
        var role = await CreateRoleAsync("bypasser", "LOGIN BYPASSRLS");
        using var server = ServerProcess.Start(
            ("ConnectionStrings__Postgres", await PostgresFixture.CreateEmptyDatabaseAsync(role)),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey)
        );

        var (exitCode, error) = await server.EndsAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.Contain("bypasses row-level security").And.Not.Contain("   at "));
    }

    [TestCase("plain", "LOGIN")]
    [TestCase("maker", "LOGIN CREATEROLE")]
    public async Task A_login_that_is_no_superuser_is_enough_and_bypasses_nothing(string login, string rights)
    {
        var role = await CreateRoleAsync(login, rights);
        await using var server = new ScimServer(await PostgresFixture.CreateEmptyDatabaseAsync(role));

        await server.Connect();

        // As itself, or as scim_app if it may take that role: since PostgreSQL 16 only the creator of a role may grant it.
        Assert.That(await Ask(server, "SELECT current_user::text"), Is.AnyOf(role, "scim_app"));
        Assert.That(await Ask(server, "SELECT count(*) FROM resources"), Is.Zero);
        Assert.That(await Ask(server, "SELECT row_security_active('resources')"), Is.True);
        // Members of the role that owns the view of the index may read everything.
        Assert.That(
            await Ask(server, "SELECT count(*) FROM pg_roles WHERE rolname = 'scim_index' AND pg_has_role(session_user, oid, 'USAGE')"),
            Is.Zero
        );
    }

    /// <summary>Creates a role under a name of this run: roles belong to the whole PostgreSQL, which other runs may use too.</summary>
    static async Task<string> CreateRoleAsync(string name, string rights)
    {
        var role = $"{name}_{Environment.ProcessId}";
        await PostgresFixture.ExecuteAsync($"CREATE ROLE {role} {rights}");
        return role;
    }

    static async Task<object?> Ask(ScimServer server, string sql)
    {
        await using var command = server.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
