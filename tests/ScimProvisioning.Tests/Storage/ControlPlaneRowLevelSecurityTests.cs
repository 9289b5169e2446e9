using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Tests.Storage;

/// <summary>
/// Row-level security of the tables of organizations, connections and credentials: sessions of the application that run
/// statements without the application's filters.
/// </summary>
[TestFixture, Parallelizable]
sealed class ControlPlaneRowLevelSecurityTests
{
    static readonly string[] Tables =
    [
        "organizations",
        "connections",
        "connection_documents",
        "tokens",
        "oauth_clients",
        "oauth_client_secrets",
        "failed_logins",
        "admin_keys",
        "audit_log",
        "idempotency_keys",
        "webhook_endpoints",
        "webhook_deliveries",
        "webhook_attempts",
        "portal_links",
    ];

    /// <summary>The tables of which a session of a connection sees its own rows. The others belong to organizations.</summary>
    static readonly string[] TablesOfConnections =
    [
        "connections",
        "connection_documents",
        "tokens",
        "oauth_clients",
        "oauth_client_secrets",
        "failed_logins",
    ];

    static readonly Guid Ours = new("00000000-0000-7000-8000-00000000000a");
    static readonly Guid Theirs = new("00000000-0000-7000-8000-00000000000b");

    ScimServer _server = null!;

    /// <summary>
    /// Two organizations with a row in each table. The ids of the rows of one end in <c>a</c>, those of the other in
    /// <c>b</c>.
    /// </summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _server.StartServer();
        foreach (var id in (Guid[])[Ours, Theirs])
            await PostgresFixture.ExecuteAsync(
                $"""
                INSERT INTO organizations (id, name, created_at) VALUES ('{id}', 'O', now());
                INSERT INTO connections (id, organization_id, key, name, provider, state, created_at)
                VALUES ('{id}', '{id}', '{id}', 'C', 'entra', 'pending', now());
                INSERT INTO connection_documents (connection_id, schemas, resource_types) VALUES ('{id}', '[]', '[]');
                INSERT INTO tokens (id, connection_id, jti_hash, hint, created_at) VALUES ('{id}', '{id}', '{id}', '', now());
                INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by)
                VALUES ('{id}', '{id}', '{id}', '{"{}"}', now(), '');
                INSERT INTO oauth_client_secrets (id, connection_id, oauth_client_id, hash, hint, created_at, created_by)
                VALUES ('{id}', '{id}', '{id}', '{id}', '', now(), '');
                INSERT INTO failed_logins (id, connection_id, occurred_at, reason, request_id) VALUES ('{id}', '{id}', now(), '', '');
                INSERT INTO admin_keys (id, hash, organization_id, created_at) VALUES ('{id}', '{id}', '{id}', now());
                INSERT INTO audit_log (id, occurred_at, actor, action, organization_id, target_type, target_id, request_id)
                VALUES ('{id}', now(), '', '', '{id}', '', '{id}', '');
                INSERT INTO idempotency_keys (admin_key_id, key_hash, organization_id, request_hash, answer, created_at)
                VALUES ('{id}', '', '{id}', '', '', now());
                INSERT INTO webhook_endpoints (id, organization_id, url, payload, ordering, reaches_private, state, secret, position,
                    created_at, created_by)
                VALUES ('{id}', '{id}', '', 'full', 'object', false, 'disabled', '', 0, now(), '');
                INSERT INTO webhook_deliveries
                    (endpoint_id, position, organization_id, id, event_id, type, lane, attempts, created_at)
                VALUES ('{id}', 1, '{id}', '{id}', '{id}', '', '{id}', 0, now());
                INSERT INTO webhook_attempts (endpoint_id, id, organization_id, event_id, type, attempt, succeeded, milliseconds)
                VALUES ('{id}', '{id}', '{id}', '{id}', '', 1, true, 1);
                INSERT INTO portal_links (organization_id, id, hash, read_only, is_many, created_at, created_by, expires_at)
                VALUES ('{id}', '{id}', '{id}', false, false, now(), '', now());
                """,
                database
            );
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCaseSource(nameof(Tables))]
    public async Task A_session_of_an_organization_reads_the_rows_of_that_organization_alone(string table) =>
        Assert.That(
            await Run($"SET LOCAL app.organization_id = '{Ours}'", $"SELECT string_agg(right({Id(table)}::text, 1), '') FROM {table}"),
            Is.EqualTo("a")
        );

    [TestCaseSource(nameof(Tables))]
    public async Task A_session_of_a_connection_reads_the_rows_of_that_connection_alone(string table) =>
        Assert.That(
            await Run(
                $"SET LOCAL app.connection_id = '{Ours}'",
                $"SELECT coalesce(string_agg(right({Id(table)}::text, 1), ''), '') FROM {table}"
            ),
            Is.EqualTo(TablesOfConnections.Contains(table) ? "a" : "")
        );

    [TestCaseSource(nameof(Tables))]
    public async Task A_session_without_an_organization_or_connection_reads_nothing(string table) =>
        Assert.That(await Run("SELECT", $"SELECT count(*) FROM {table}"), Is.Zero);

    [TestCaseSource(nameof(Tables))]
    public async Task A_change_without_a_condition_reaches_no_row_of_another_organization(string table) =>
        Assert.That(
            await Run(
                $"SET LOCAL app.organization_id = '{Ours}'",
                $"""
                WITH changed AS (UPDATE {table} SET {Id(table)} = {Id(table)} RETURNING {Id(table)} AS id)
                SELECT string_agg(right(id::text, 1), '') FROM changed
                """
            ),
            Is.EqualTo("a")
        );

    [TestCase("UPDATE connections SET organization_id = '{0}'")]
    [TestCase("UPDATE tokens SET connection_id = '{0}'")]
    [TestCase("UPDATE oauth_clients SET connection_id = '{0}'")]
    [TestCase("UPDATE admin_keys SET organization_id = '{0}'")]
    [TestCase("UPDATE admin_keys SET organization_id = NULL")]
    [TestCase("UPDATE audit_log SET organization_id = '{0}'")]
    [TestCase("UPDATE webhook_endpoints SET organization_id = '{0}'")]
    [TestCase("UPDATE webhook_endpoints SET organization_id = NULL")]
    [TestCase("UPDATE webhook_deliveries SET organization_id = '{0}'")]
    [TestCase("UPDATE webhook_attempts SET organization_id = '{0}'")]
    [TestCase("UPDATE portal_links SET organization_id = '{0}'")]
    public void A_row_cannot_be_given_to_another_organization(string statement)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, Theirs);

        Assert.That(
            () => Run($"SET LOCAL app.organization_id = '{Ours}'", text),
            Throws.TypeOf<PostgresException>().With.Message.Contains("violates row-level security policy")
        );
    }

    [Test]
    public async Task Without_the_filter_of_the_application_row_level_security_hides_foreign_rows()
    {
        await using var db = await _server.Services.GetRequiredService<IDbContextFactory<ScimDbContext>>().CreateDbContextAsync();
        await using var transaction = await db.BeginAsync(Reach.Organization(Ours), CancellationToken.None);

        Assert.That(await db.Connections.IgnoreQueryFilters().Select(c => c.Id).ToListAsync(), Is.EqualTo(new[] { Ours }));
        Assert.That(await db.Tokens.IgnoreQueryFilters().Select(t => t.Id).ToListAsync(), Is.EqualTo(new[] { Ours }));
        Assert.That(await db.AdminKeys.IgnoreQueryFilters().Select(k => k.Id).ToListAsync(), Is.EqualTo(new[] { Ours }));
    }

    [Test]
    public async Task A_read_within_another_reach_ends_with_the_read()
    {
        await using var db = await _server.Services.GetRequiredService<IDbContextFactory<ScimDbContext>>().CreateDbContextAsync();
        await using var transaction = await db.BeginAsync(Reach.Organization(Ours), CancellationToken.None);

        var all = await db.ReadWithinAsync(Reach.Everything, () => db.Connections.CountAsync(), CancellationToken.None);

        Assert.That(all, Is.EqualTo(2));
        Assert.That(await db.Connections.CountAsync(), Is.EqualTo(1));
        Assert.That(await db.Connections.IgnoreQueryFilters().Select(c => c.Id).ToListAsync(), Is.EqualTo(new[] { Ours }));
    }

    [Test]
    public async Task Without_row_level_security_the_filter_of_the_application_hides_foreign_rows()
    {
        var options = new DbContextOptionsBuilder<ScimDbContext>();
        // As the superuser, to whom row-level security does not apply.
        await using var db = new ScimDbContext(
            options.UseNpgsql(_server.Services.GetRequiredService<IConfiguration>().GetConnectionString("Postgres")).Options
        );
        await using var transaction = await db.BeginAsync(Reach.Organization(Ours), CancellationToken.None);

        Assert.That(
            (
                await db.Organizations.CountAsync(),
                await db.Connections.CountAsync(),
                await db.Tokens.CountAsync(),
                await db.OAuthClients.CountAsync(),
                await db.OAuthClientSecrets.CountAsync()
            ),
            Is.EqualTo((1, 1, 1, 1, 1))
        );
        Assert.That(
            (
                await db.FailedLogins.CountAsync(),
                await db.AdminKeys.CountAsync(),
                await db.AuditLog.CountAsync(),
                await db.IdempotencyKeys.CountAsync(),
                await db.ConnectionDocuments.CountAsync()
            ),
            Is.EqualTo((1, 1, 1, 1, 1))
        );
    }

    [Test]
    public async Task Every_table_with_rows_of_tenants_has_row_level_security()
    {
        var open = await Run(
            "SELECT",
            """
            SELECT coalesce(string_agg(relname, ', ' ORDER BY relname), '') FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace AND NOT (relrowsecurity AND relforcerowsecurity)
            """
        );

        Assert.That(open, Is.EqualTo("__EFMigrationsHistory, directory_catalogue, event_log, jobs, server_address"));
    }

    static string Id(string table) =>
        table switch
        {
            "idempotency_keys" => "organization_id",
            "connection_documents" => "connection_id",
            _ => "id",
        };

    /// <summary>Runs both statements in a transaction of the application, which is rolled back.</summary>
    async Task<object?> Run(string scope, string statement)
    {
        await using var connection = await _server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await new NpgsqlCommand(scope, connection).ExecuteNonQueryAsync();
        return await new NpgsqlCommand(statement, connection).ExecuteScalarAsync();
    }
}
