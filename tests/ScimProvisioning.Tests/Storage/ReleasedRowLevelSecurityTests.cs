using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ScimProvisioning.Tests.Storage;

/// <summary>Row-level security of what is released: sessions of the application that run statements without a condition.</summary>
[TestFixture, Parallelizable]
sealed class ReleasedRowLevelSecurityTests
{
    static readonly string[] Tables =
    [
        "directory_users",
        "directory_user_roles",
        "directory_groups",
        "directory_members",
        "projections",
        "directory_dirty",
        "directory_problems",
        "directory_rules",
        "directory_plans",
        "directory_imports",
        "directory_snapshots",
        "guards",
        "guard_holds",
        "guard_departures",
        "events",
        "requests",
        "runs",
        "run_positions",
        "reconciliations",
        "reconciliation_rows",
        "reconciliation_differences",
        "share_links",
        "schedules",
    ];

    static readonly Guid Ours = new("00000000-0000-7000-8000-00000000000a");
    static readonly Guid Theirs = new("00000000-0000-7000-8000-00000000000b");

    ScimServer _server = null!;

    /// <summary>
    /// Two organizations with a connection and a row in each table; the ids of one end in <c>a</c>, those of the other in <c>b</c>.
    /// </summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _server.StartServer();
        foreach (var id in (Guid[])[Ours, Theirs])
            await PostgresFixture.ExecuteAsync(
                $$$"""
                INSERT INTO directory_users (connection_id, id, organization_id, is_linked, status, mapped, own, local, managed, roles,
                    version, created_at, updated_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', false, 'active', '{}', '{}', '{}', '{}', '[]', 1, now(), now());
                INSERT INTO directory_user_roles (connection_id, role_key, user_id, organization_id)
                VALUES ('{{{id}}}', 'r', '{{{id}}}', '{{{id}}}');
                INSERT INTO directory_groups
                    (connection_id, id, organization_id, name, name_key, member_count, version, created_at, updated_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', 'g', 'g', 0, 1, now(), now());
                INSERT INTO directory_members (connection_id, group_id, resource_id, organization_id)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', '{{{id}}}');
                INSERT INTO projections (connection_id, organization_id) VALUES ('{{{id}}}', '{{{id}}}');
                INSERT INTO directory_dirty (connection_id, resource_id, organization_id) VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}');
                INSERT INTO directory_problems (connection_id, resource_id, kind, attribute, organization_id, message, holds, since)
                VALUES ('{{{id}}}', '{{{id}}}', 'missing_uid', '', '{{{id}}}', '', true, now());
                INSERT INTO directory_rules (connection_id, organization_id) VALUES ('{{{id}}}', '{{{id}}}');
                INSERT INTO directory_plans (connection_id, id, organization_id, request, state, created_at, expires_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', '{}', 'failed', now(), now());
                INSERT INTO directory_imports
                    (connection_id, id, organization_id, state, rows_read, created, updated, failed, errors, created_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', 'completed', 0, 0, 0, 0, '[]', now());
                INSERT INTO directory_snapshots (connection_id, id, organization_id, request_id, stage, created_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', 'r', 'finished', now());
                INSERT INTO guards (connection_id, organization_id) VALUES ('{{{id}}}', '{{{id}}}');
                INSERT INTO guard_holds (connection_id, person_id, organization_id, resource_id, since)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', '{{{id}}}', now());
                INSERT INTO guard_departures (connection_id, person_id, organization_id, left_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', now());
                INSERT INTO events (position, connection_id, organization_id, id, type, body)
                VALUES (nextval('events_position'), '{{{id}}}', '{{{id}}}', '{{{id}}}', 't', '{}');
                INSERT INTO requests (connection_id, organization_id, occurred_at, id, method, operation, status, outcome, milliseconds,
                    request_id, is_personal)
                VALUES ('{{{id}}}', '{{{id}}}', now(), '{{{id}}}', 'GET', 'get', 200, 'matched', 1, 'r', false);
                INSERT INTO runs (connection_id, organization_id, id, started_at, last_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', now(), now());
                INSERT INTO run_positions VALUES ('{{{id}}}', '{{{id}}}', '1', 1);
                INSERT INTO reconciliations (connection_id, id, organization_id, request_id, state, has_list, created_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', 'r', 'completed', false, now());
                INSERT INTO reconciliation_rows (connection_id, reconciliation_id, line, organization_id, active, attributes)
                VALUES ('{{{id}}}', '{{{id}}}', 1, '{{{id}}}', true, '{}');
                INSERT INTO reconciliation_differences (connection_id, reconciliation_id, number, organization_id, class)
                VALUES ('{{{id}}}', '{{{id}}}', 1, '{{{id}}}', 'local');
                INSERT INTO share_links (connection_id, id, organization_id, hash, what, redact, with_server,
                    created_at, created_by, expires_at)
                VALUES ('{{{id}}}', '{{{id}}}', '{{{id}}}', '{{{id}}}', 'support-bundle', true, true, now(), '', now());
                INSERT INTO schedules (connection_id, job, organization_id, cron, next_at)
                VALUES ('{{{id}}}', 'purge', '{{{id}}}', '0 0 * * *', now())
                """,
                database
            );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCaseSource(nameof(Tables))]
    public async Task A_session_of_a_connection_reads_its_rows_alone(string table) =>
        Assert.That(await Run($"SET LOCAL app.connection_id = '{Ours}'", Ends(table)), Is.EqualTo("a"));

    [Test]
    public async Task The_connection_of_the_session_is_read_once_for_all_rows() =>
        Assert.That(
            await Run(
                "SELECT",
                """
                SELECT string_agg(tablename, ', ') FROM pg_policies
                WHERE policyname = 'reach' AND qual LIKE '%app.connection_id%' AND qual NOT LIKE '%SELECT%'
                    AND tablename NOT IN ('connections', 'idempotency_keys')
                """
            ),
            Is.EqualTo(DBNull.Value)
        );

    [TestCaseSource(nameof(Tables))]
    public async Task A_session_of_an_organization_reads_its_rows_alone(string table) =>
        Assert.That(await Run($"SET LOCAL app.organization_id = '{Ours}'", Ends(table)), Is.EqualTo("a"));

    [TestCaseSource(nameof(Tables))]
    public async Task A_session_of_neither_reads_nothing(string table) =>
        Assert.That(await Run("SELECT", $"SELECT count(*) FROM {table}"), Is.Zero);

    [TestCaseSource(nameof(Tables))]
    public async Task A_change_without_a_condition_reaches_no_row_of_another_connection(string table) =>
        Assert.That(
            await Run(
                $"SET LOCAL app.connection_id = '{Ours}'",
                $"""
                WITH changed AS (UPDATE {table} SET connection_id = connection_id RETURNING connection_id)
                SELECT string_agg(right(connection_id::text, 1), '') FROM changed
                """
            ),
            Is.EqualTo("a")
        );

    [TestCaseSource(nameof(Tables))]
    public void A_row_cannot_be_given_to_another_connection(string table) =>
        Assert.That(
            () =>
                Run(
                    $"SET LOCAL app.connection_id = '{Ours}'",
                    $"UPDATE {table} SET connection_id = '{Theirs}', organization_id = '{Theirs}'"
                ),
            Throws.TypeOf<PostgresException>().With.Message.Contains("violates row-level security policy")
        );

    [TestCase("events")]
    [TestCase("webhook_attempts")]
    [TestCase("requests")]
    public async Task No_session_of_the_application_reads_a_partition(string table)
    {
        var partition = await Run("SELECT", $"SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = '{table}'::regclass");

        Assert.That(
            () => Run("SET LOCAL app.organization_id = '*'", $"SELECT count(*) FROM {partition}"),
            Throws.TypeOf<PostgresException>().With.Message.Contains("permission denied")
        );
    }

    static string Ends(string table) => $"SELECT string_agg(right(connection_id::text, 1), '') FROM {table}";

    /// <summary>Runs both statements in a transaction of the application, which is rolled back.</summary>
    async Task<object?> Run(string scope, string statement)
    {
        await using var connection = await _server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await new NpgsqlCommand(scope, connection).ExecuteNonQueryAsync();
        return await new NpgsqlCommand(statement, connection).ExecuteScalarAsync();
    }
}
