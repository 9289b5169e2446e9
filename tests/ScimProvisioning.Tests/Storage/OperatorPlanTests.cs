using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Tests.Storage;

/// <summary>The query plans of what operators look for among very many, with the role of the application and row-level security.</summary>
[TestFixture, Parallelizable]
sealed class OperatorPlanTests
{
    static readonly Guid One = Guid.Parse("00000000-0000-7000-8000-000000000077");

    ScimServer _server = null!;

    /// <summary>5,000 organizations with a link each, and what admins did there, in a database of their own.</summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _server.StartServer();
        await PostgresFixture.ExecuteAsync(
            """
            INSERT INTO organizations (id, name, created_at)
            SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Customer ' || n, now() FROM generate_series(10, 5010) n;
            INSERT INTO portal_links (organization_id, id, hash, read_only, is_many, created_at, created_by, expires_at)
            SELECT id, gen_random_uuid(), sha256(id::text::bytea), false, false, now(), 'cli:test', now() FROM organizations;
            INSERT INTO audit_log (id, occurred_at, actor, action, organization_id, target_type, target_id, request_id)
            SELECT gen_random_uuid(), now(), 'cli:user-' || n % 500, 'made.up-' || n % 400, o.id, 'Organization', o.id, 'r'
            FROM organizations o, generate_series(1, 4) n;
            ANALYZE
            """,
            database
        );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    static IEnumerable<TestCaseData> Statements()
    {
        yield return Case("a name", () => NamedOrganization.Find("CUSTOMER 77", 51), "organizations_name");
        yield return Case("all names", () => NamedOrganization.Find("", 51), "organizations_name");
        yield return Case("the newest links", () => PortalLink.Newest(null, null, 26), "portal_links_id");
        yield return Case("links of one organization", () => PortalLink.Newest(One, One, 26), "portal_links_pkey");
        yield return Case("an action", () => Entries("action", "made.up-7"), "audit_log_action");
        yield return Case("an actor", () => Entries("actor", "cli:user-7"), "audit_log_actor");

        static TestCaseData Case(string name, Func<NpgsqlBatchCommand> statement, string index) =>
            new TestCaseData(statement, index).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Statements))]
    public async Task An_index_finds_them(Func<NpgsqlBatchCommand> statement, string index)
    {
        var plan = await QueryPlan.OfAsync(_server, statement(), Reach.EverythingStatement);
        Assert.That(
            plan,
            Does.Match($"(using|Bitmap Index Scan on) {index}").And.Not.Match("Seq Scan on (organizations|portal_links|audit_log)")
        );
    }

    /// <summary>As the list of the audit log asks.</summary>
    static NpgsqlBatchCommand Entries(string column, string value)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT * FROM audit_log WHERE {column} = {sql.Add(value)} ORDER BY id DESC LIMIT 51");
    }
}
