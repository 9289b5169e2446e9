using Npgsql;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Tests.Activity;

/// <summary>The query plans of what answers "why" and shows a history, with the role of the application and row-level security.</summary>
[TestFixture, Parallelizable]
sealed class WhyPlanTests
{
    static readonly Guid Tenant = Guid.Parse("00000000-0000-7000-8000-00000000feed");
    static readonly Guid One = Guid.Parse("00000000-0000-7000-8000-0000000006e0");

    ScimServer _server = null!;

    /// <summary>Three connections with 5,000 people each and what has happened to them, in a database of their own.</summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _server.StartServer();
        await PostgresFixture.ExecuteAsync(
            $$$"""
            INSERT INTO connections (id, organization_id, key, name, provider, state, created_at)
            SELECT id, '00000000-0000-7000-8000-000000000001', id::text, 'C', 'entra', 'active', now()
            FROM unnest(ARRAY['{{{Tenant}}}', gen_random_uuid(), gen_random_uuid()]::uuid[]) id;
            INSERT INTO resources (connection_id, id, resource_type, attributes, terms, user_name, display_name, external_id, active,
                version, created_at, modified_at)
            SELECT c.id, gen_random_uuid(), 'User', '{}', ARRAY[hashint8extended(n, 1)], 'user-' || n, 'name-' || n, 'ext-' || n, true, 1,
                now(), now()
            FROM connections c, generate_series(1, 5000) n;
            INSERT INTO directory_users (connection_id, id, organization_id, resource_id, is_linked, external_id, uid, uid_key, app_user_id,
                status, user_name, email, display_name, mapped, own, local, managed, roles, version, created_at, updated_at)
            SELECT r.connection_id, gen_random_uuid(), '00000000-0000-7000-8000-000000000001', r.id, true, r.external_id, r.external_id,
                r.external_id, NULL, 'active', r.user_name, 'mail-' || r.user_name, r.display_name, '{}', '{}', '{}', '{}', '[]', 1, now(),
                now()
            FROM resources r;
            INSERT INTO requests (connection_id, organization_id, occurred_at, id, method, operation, resource_type, resource_id, subject,
                subject_key, status, outcome, milliseconds, actor, request_id, is_personal)
            SELECT connection_id, connection_id, now(), gen_random_uuid(), 'GET', 'find', 'User', id, user_name, user_name, 200, 'matched',
                1, 'token:', 'r', true
            FROM resources;
            INSERT INTO changes (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)
            SELECT connection_id, 'user.created', 'User', id, 1, '[]', 'r', 'token:', now() FROM resources;
            INSERT INTO events (position, connection_id, organization_id, id, type, object_id, version, body)
            SELECT nextval('events_position'), connection_id, organization_id, gen_random_uuid(), 'directory.user.created', id, 1, '{}'
            FROM directory_users;
            ANALYZE
            """,
            database
        );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    static IEnumerable<TestCaseData> Statements()
    {
        yield return Case("exactly", () => Bearers.Exactly(Tenant, "user-77"));
        yield return Case("by id", () => Bearers.Exactly(Tenant, One.ToString()));
        yield return Case("nearly", () => Bearers.Nearly(Tenant, "user-77@contoso.com"));
        yield return Case("refused", () => Bearers.NearlyRefused(Tenant, "user-77"));
        yield return Case("changes", () => ResourceChanges.Newest(Tenant, [One], null, 51));
        yield return Case("changes of several", () => ResourceChanges.Newest(Tenant, [One, Tenant], new(9, 9), 51));
        yield return Case("last changes", () => ResourceChanges.LastOfEach(Tenant, [One]));
        yield return Case("past state", () => PastState.Changes(Tenant, One, DateTimeOffset.UnixEpoch));
        yield return Case("past members", () => PastMembers.FromBeginning(Tenant, One, DateTimeOffset.UnixEpoch));
        yield return Case("members back from now", () => PastMembers.FromNow(Tenant, One, DateTimeOffset.UnixEpoch));
        yield return Case("events", () => ObjectEvents.Newest(Tenant, One, 99, 51));
        yield return Case("events up to a time", () => ObjectEvents.UpTo(Tenant, One, DateTimeOffset.UnixEpoch));
        yield return Case("former resources", () => ObjectEvents.ResourcesOf(Tenant, One));
        yield return Case("signs", () => ConnectionSigns.Read(Tenant));
        yield return Case("turned away", () => LoggedRequest.TurnedAway(Tenant, TimeProvider.System.GetUtcNow().AddDays(-7)));
        yield return Case("failures", () => ConnectionSigns.Failures(Tenant, TimeProvider.System.GetUtcNow().AddDays(-1), 50));
        yield return Case("wrong paths", () => ConnectionSigns.WrongPaths(Tenant, TimeProvider.System.GetUtcNow().AddDays(-1)));

        static TestCaseData Case(string name, Func<NpgsqlBatchCommand> statement) => new TestCaseData(statement).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Statements))]
    public async Task No_table_is_read_from_beginning_to_end(Func<NpgsqlBatchCommand> statement)
    {
        var plan = await QueryPlan.OfAsync(_server, statement(), $"SET LOCAL app.connection_id = '{Tenant}'");
        Assert.That(plan, Does.Match("(using|Bitmap Index Scan on) ").And.Not.Match("Seq Scan on (?!directory_problems)"));
    }
}
