using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Resources;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Storage;

/// <summary>The query plans of frequent statements, with the role of the application and row-level security.</summary>
[TestFixture, Parallelizable]
sealed class PlanTests
{
    static readonly Guid Tenant = Guid.Parse("00000000-0000-7000-8000-00000000feed");

    /// <summary>Both indexes lead to one row.</summary>
    const string ByKey = "(resources_pkey|resources_type)";

    ScimServer _server = null!;

    /// <summary>
    /// Three connections, so that neither the connection nor the name alone is the best condition. They are in a database of
    /// their own: rows of other tests would change what the planner knows.
    /// </summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _server.StartServer();
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO resources (connection_id, id, resource_type, attributes, terms, user_name, display_name, external_id,
                active, version, created_at, modified_at)
            SELECT connection, gen_random_uuid(), type, document, ARRAY[n], CASE type WHEN 'User' THEN 'user-' || n END,
                CASE type WHEN 'Group' THEN 'group-' || n END, 'ext-' || n, true, 1, now(), now()
            FROM unnest(ARRAY['{Tenant}', gen_random_uuid(), gen_random_uuid()]) connection,
                unnest(ARRAY['User', 'Group']) type, generate_series(1, 3000) n,
                LATERAL (SELECT jsonb_build_object('n', n)) x(document);
            INSERT INTO group_members (connection_id, group_id, member_id, added_at)
            SELECT g.connection_id, g.id, u.id, now()
            FROM resources g JOIN resources u ON u.connection_id = g.connection_id
                AND (u.attributes ->> 'n')::int % 30 = (g.attributes ->> 'n')::int % 30
            WHERE (g.attributes ->> 'n')::int <= 60 AND g.resource_type = 'Group' AND u.resource_type = 'User' ORDER BY u.id;
            ANALYZE resources, group_members
            """,
            database
        );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [TestCase("User", "userName eq \"User-77\"", "unique_user_name")]
    [TestCase("User", "externalId eq \"ext-77\"", "resources_external_id")]
    [TestCase("User", "id eq \"00000000-0000-7000-8000-000000000001\"", ByKey)]
    [TestCase("User", "userName eq \"user-77\" and active eq true", "unique_user_name")]
    [TestCase("User", "active eq false", "resources_inactive")]
    [TestCase("User", "userName sw \"User-77\"", "unique_user_name")]
    [TestCase("Group", "displayName eq \"Group-77\"", "resources_display_name")]
    [TestCase("Group", "displayName sw \"Group-77\"", "resources_display_name")]
    [TestCase("Group", "externalId eq \"ext-77\"", "resources_external_id")]
    public async Task A_match_is_one_look_up_in_its_index(string type, string filter, string index)
    {
        var resources = ResourceTypes.BuiltIn.Named(type)!;
        var parsed = FilterParser.Parse(filter, resources);
        var statement = ListSql.Page(
            new(Tenant, ResourceTypes.BuiltIn, ConnectionSettings.Default, "https://example.com", "", ""),
            new([new(resources, parsed, null, Related: true)], false, 0, 100, null),
            useTermIndex: false
        );

        foreach (var mode in (string[])["force_custom_plan", "force_generic_plan"])
        {
            var plan = await Plan(statement, mode);
            Assert.That(plan, Does.Match($"(using|Bitmap Index Scan on) {index}( on resources r)?\n"), mode);
            Assert.That(plan, Does.Not.Contain("Seq Scan"), mode);
        }
    }

    [TestCase("User", "emails[type eq \"work\"].value eq \"a@b\"")]
    [TestCase("User", "name.familyName eq \"Lovelace\" and active eq true")]
    [TestCase("User", EnterpriseUserSchema.Id + ":manager.value eq \"1\"")]
    [TestCase("Group", "urn:acme:Badge:colour eq \"red\"")]
    public async Task Equality_on_any_other_attribute_is_a_look_up_in_the_index_of_terms(string type, string filter)
    {
        var resources = ResourceTypes.BuiltIn.Named(type)!;
        var query = new ResourceQuery([new(resources, FilterParser.Parse(filter, resources), null, Related: true)], false, 0, 100, null);
        var caller = new Caller(Tenant, ResourceTypes.BuiltIn, ConnectionSettings.Default, "https://example.com", "", "");

        Assert.That(ListSql.HasCandidates(caller, query), Is.True);
        Assert.That(
            await Plan(ListSql.Page(caller, query, useTermIndex: true), "force_generic_plan"),
            Does.Contain("Bitmap Index Scan on resources_terms").And.Not.Contain("Seq Scan")
        );
    }

    [TestCase("emails[type eq \"work\"].value eq \"a@b\"")]
    [TestCase("active eq true and emails[value eq \"a@b\" and type eq \"work\"]")]
    public async Task A_match_by_work_e_mail_is_one_look_up_in_its_index(string filter)
    {
        var caller = new Caller(Tenant, ResourceTypes.BuiltIn, ConnectionSettings.Default, "https://example.com", "", "");
        var scope = new QueryScope(ResourceType.User, FilterParser.Parse(filter, ResourceType.User), null, Related: true);
        var query = new ResourceQuery([scope], false, 0, 100, null).ByElement()!;

        var plan = await Plan(ListSql.Page(caller, query, useTermIndex: false, byElement: true), "force_generic_plan");

        Assert.That(Regex.Count(plan, "resources_work_email"), Is.EqualTo(2), plan);
        Assert.That(plan, Does.Not.Contain("Seq Scan"));
    }

    [TestCase("User", "userName", "unique_user_name")]
    [TestCase("User", "displayName", "resources_display_name")]
    [TestCase("Group", "displayName", "resources_display_name")]
    [TestCase("User", "id", ByKey)]
    public async Task A_page_in_the_order_of_an_index_sorts_nothing(string type, string sortBy, string index)
    {
        var resources = ResourceTypes.BuiltIn.Named(type)!;
        var order = AttributePath.Find(sortBy, resources);
        foreach (var descending in (bool[])[false, true])
        {
            var query = new ResourceQuery([new(resources, null, order, Related: true)], descending, 0, 100, null);
            var plan = await Plan(
                ListSql.Page(
                    new(Tenant, ResourceTypes.BuiltIn, ConnectionSettings.Default, "https://example.com", "", ""),
                    query,
                    useTermIndex: false
                ),
                "force_generic_plan"
            );
            Assert.That(plan, Does.Match($"Index Scan (Backward )?using {index} on resources r\n").And.Not.Match("(?m)^ +-> +Sort"));
        }
    }

    [Test]
    public async Task A_resource_is_read_by_its_key()
    {
        var plan = await Plan(
            ReadSql.Get(
                new(Tenant, ResourceTypes.BuiltIn, ConnectionSettings.Default, "https://example.com", "", ""),
                ResourceType.Group,
                Guid.Empty,
                related: true,
                RowLock.None
            ),
            "force_generic_plan"
        );

        Assert.That(plan, Does.Match(ByKey + " on resources r\n.*\\bid = ").And.Not.Contain("Seq Scan"));
    }

    async Task<string> Plan(NpgsqlBatchCommand statement, string mode)
    {
        await using var connection = await _server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var values = statement.Parameters.Select(parameter =>
            parameter.Value switch
            {
                Guid[] or string[] => "NULL",
                long[] terms => $"'{{{string.Join(',', terms)}}}'",
                var value => $"'{value!.ToString()!.Replace("'", "''", StringComparison.Ordinal)}'",
            }
        );
        await using var prepare = new NpgsqlCommand(
            $"SET LOCAL app.connection_id = '{Tenant}'; SET LOCAL plan_cache_mode = {mode}; PREPARE hot AS {statement.CommandText}",
            connection
        );
        await prepare.ExecuteNonQueryAsync();
        await using var explain = new NpgsqlCommand($"EXPLAIN (COSTS OFF) EXECUTE hot({string.Join(", ", values)})", connection);
        var lines = new List<string>();
        await using (var rows = await explain.ExecuteReaderAsync())
            while (await rows.ReadAsync())
                lines.Add(rows.GetString(0));
        await using var deallocate = new NpgsqlCommand("DEALLOCATE hot", connection);
        await deallocate.ExecuteNonQueryAsync();
        return string.Join('\n', lines);
    }
}
