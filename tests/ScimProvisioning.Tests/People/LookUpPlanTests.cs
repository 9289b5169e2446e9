using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Tests.People;

/// <summary>The query plans of look-ups, with the role of the application and row-level security.</summary>
[TestFixture, Parallelizable]
sealed class LookUpPlanTests
{
    static readonly Guid Tenant = Guid.Parse("00000000-0000-7000-8000-00000000feed");
    static readonly Guid Group = Guid.Parse("00000000-0000-7000-8000-0000000006e0");

    ScimServer _server = null!;

    /// <summary>Three connections with 3,000 people each, in a database of their own.</summary>
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
            INSERT INTO directory_users (connection_id, id, organization_id, resource_id, is_linked, external_id, uid, uid_key, app_user_id,
                status, user_name, email, display_name, mapped, own, local, managed, roles, version, created_at, updated_at)
            SELECT c.id, gen_random_uuid(), c.organization_id, gen_random_uuid(), true, 'ext-' || n, 'uid-' || n, 'uid-' || n, 'app-' || n,
                CASE n % 1000 WHEN 0 THEN 'deleted' ELSE 'active' END, 'user-' || n, 'mail-' || n, 'name-' || n,
                '{}', '{}', '{}', '{}', '[]', 1, now(), now()
            FROM connections c, generate_series(1, 3000) n;
            INSERT INTO directory_user_roles (connection_id, role_key, user_id, organization_id)
            SELECT connection_id, 'role-' || (hashtext(uid) % 100), id, organization_id FROM directory_users;
            INSERT INTO directory_members (connection_id, group_id, resource_id, person_id, organization_id)
            SELECT connection_id, CASE WHEN hashtext(uid) % 100 = 0 THEN '{{{Group}}}' ELSE gen_random_uuid() END, resource_id, id,
                organization_id
            FROM directory_users;
            INSERT INTO guard_holds (connection_id, person_id, organization_id, resource_id, since)
            SELECT connection_id, id, organization_id, resource_id, now() FROM directory_users WHERE hashtext(uid) % 4 = 0
            """,
            database
        );
        // An index alone is enough only for what is vacuumed.
        await PostgresFixture.ExecuteAsync(
            "VACUUM (ANALYZE) connections, directory_users, directory_user_roles, directory_members, guard_holds",
            database
        );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    static IEnumerable<TestCaseData> LookUps()
    {
        yield return Case(new() { Uid = "uid-77" }, "directory_users_uid");
        yield return Case(new() { Email = "mail-77" }, "directory_users_email");
        yield return Case(new() { UserName = "user-77" }, "directory_users_user_name");
        yield return Case(new() { ExternalId = "ext-77" }, "directory_users_external_id");
        yield return Case(new() { AppUserId = "app-77" }, "directory_users_app_user_id");
        yield return Case(new() { Status = "deleted" }, "directory_users_status");
        yield return Case(new() { Role = "role-77" }, "directory_user_roles_(pkey|user)");
        yield return Case(new() { GroupId = Group }, "directory_members_person");
        yield return Case(new() { HeldByGuard = true }, "guard_holds_pkey");
        yield return Case(new() { Prefix = "user-77" }, "directory_users_user_name");
        yield return Case(new() { Email = "mail-77", Role = "role-77" }, "directory_users_email");
        yield return Case(new() { ExternalId = "ext-77", GroupId = Group }, "directory_users_external_id");
        yield return Case(new(), "directory_users_(pkey|id|status)");

        static TestCaseData Case(PersonFilter filter, string index) => new TestCaseData(filter, index).SetArgDisplayNames(index);
    }

    [TestCaseSource(nameof(LookUps))]
    public async Task A_look_up_is_one_in_an_index(PersonFilter filter, string index)
    {
        foreach (var connection in (Guid?[])[Tenant, null])
        {
            var plan = await Plan(ShownPeople.Page(filter with { ConnectionId = connection }, Guid.Empty, 51));
            Assert.That(plan, Does.Match($"(using|Bitmap Index Scan on) {index}\\b"), $"{connection}");
            Assert.That(plan, Does.Not.Contain("Seq Scan on directory_"), $"{connection}");
        }
    }

    [TestCase("many-", Description = "more than are gathered: read in the order of the list")]
    [TestCase("user-77", Description = "eleven: gathered first")]
    public async Task Few_and_many_whose_names_begin_so_are_the_same_list(string prefix)
    {
        await using var connection = await _server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("SET LOCAL app.organization_id = '*'"));
        // They are gone with the transaction.
        batch.BatchCommands.Add(
            new(
                $$"""
                INSERT INTO directory_users (connection_id, id, organization_id, is_linked, status, user_name, mapped, own, local, managed,
                    roles, version, created_at, updated_at)
                SELECT '{{Tenant}}', gen_random_uuid(), '00000000-0000-7000-8000-000000000001', false, 'active', 'many-' || n,
                    '{}', '{}', '{}', '{}', '[]', 1, now(), now()
                FROM generate_series(1, 21000) n
                """
            )
        );
        batch.BatchCommands.Add(
            new($"SELECT id FROM directory_users WHERE connection_id = '{Tenant}' AND user_name LIKE '{prefix}%' ORDER BY id LIMIT 50")
        );
        batch.BatchCommands.Add(ShownPeople.Page(new() { ConnectionId = Tenant, Prefix = prefix }, Guid.Empty, 50));
        await using var rows = await batch.ExecuteReaderAsync();
        var expected = new List<Guid>();
        while (await rows.ReadAsync())
            expected.Add(rows.GetGuid(0));
        await rows.NextResultAsync();

        var found = (await ShownPeople.ReadAsync(rows, CancellationToken.None)).ConvertAll(shown => shown.Person.Id);

        Assert.That(found, Is.EqualTo(expected).And.Not.Empty);
    }

    [Test]
    public async Task Values_that_several_people_have_are_found_in_the_indexes_alone()
    {
        // With few rows another way may be cheaper; here it is asked whether this one is there.
        var plan = await Plan(Duplicates.Find(Tenant, 101), "SET LOCAL enable_bitmapscan = off", "SET LOCAL enable_hashagg = off");

        foreach (var attribute in (string[])["email", "user_name", "employee", "app_user_id"])
            Assert.That(plan, Does.Contain($"Index Only Scan using directory_users_{attribute}"));
        Assert.That(plan, Does.Not.Contain("Seq Scan on directory_"));
    }

    [Test]
    public async Task A_person_is_read_by_his_id_alone() =>
        Assert.That(await Plan(ShownPeople.ById(Guid.Empty)), Does.Contain("directory_users_id").And.Not.Contain("Seq Scan on directory_"));

    Task<string> Plan(NpgsqlBatchCommand statement, params string[] settings) =>
        QueryPlan.OfAsync(_server, statement, ["SET LOCAL app.organization_id = '*'", .. settings]);
}
