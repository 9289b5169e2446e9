using Npgsql;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Tests.Activity;

/// <summary>The query plans of the log of requests, with the role of the application and row-level security.</summary>
[TestFixture, Parallelizable]
sealed class RequestPlanTests
{
    static readonly Guid Tenant = Guid.Parse("00000000-0000-7000-8000-00000000feed");
    static readonly Guid Resource = Guid.Parse("00000000-0000-7000-8000-0000000006e0");

    ScimServer _server = null!;
    DateTimeOffset _month;

    /// <summary>Three connections with 20,000 requests each in this month and some in the next, in a database of their own.</summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _server.StartServer();
        var now = TimeProvider.System.GetUtcNow();
        _month = new(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        await PostgresFixture.ExecuteAsync(
            $$$"""
            INSERT INTO requests (connection_id, organization_id, occurred_at, id, method, operation, resource_type, resource_id, subject,
                subject_key, status, outcome, milliseconds, actor, request_id, is_personal)
            SELECT c, c, date_trunc('month', now(), 'UTC') + n * interval '2 minutes', gen_random_uuid(), 'GET', 'find', 'User',
                CASE WHEN n % 500 = 0 THEN '{{{Resource}}}' ELSE gen_random_uuid() END, 'u' || n % 2000, 'u' || n % 2000,
                CASE WHEN n % 1000 = 0 THEN 409 ELSE 200 END, CASE WHEN n % 1000 = 0 THEN 'refused' ELSE 'matched' END, 1, 'token:', 'r',
                n % 10 = 0
            FROM unnest(ARRAY['{{{Tenant}}}', gen_random_uuid(), gen_random_uuid()]::uuid[]) c, generate_series(1, 25000) n;
            ANALYZE requests
            """,
            database
        );
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    static IEnumerable<TestCaseData> Filters()
    {
        yield return Case(filter => filter, "pkey");
        yield return Case(filter => filter with { Outcomes = [RequestOutcome.Refused] }, "connection_id_outcome");
        yield return Case(filter => filter with { Outcomes = [RequestOutcome.Refused, RequestOutcome.Failed] }, "connection_id_outcome");
        yield return Case(filter => filter with { Status = 409 }, "connection_id_status");
        yield return Case(filter => filter with { Status = 299 }, "connection_id_status");
        yield return Case(filter => filter with { Subject = "U77" }, "connection_id_subject_key");
        yield return Case(filter => filter with { ResourceId = Resource }, "connection_id_resource_id");

        static TestCaseData Case(Func<RequestFilter, RequestFilter> narrow, string index) =>
            new TestCaseData(narrow, index).SetArgDisplayNames(index);
    }

    [TestCaseSource(nameof(Filters))]
    public async Task A_page_comes_out_of_an_index(Func<RequestFilter, RequestFilter> narrow, string index)
    {
        var all = narrow(new(DateTimeOffset.UnixEpoch, _month.AddMonths(2), []));
        foreach (var before in (RequestPlace?[])[null, new(_month.AddDays(9), Guid.Empty)])
        {
            var plan = await Plan(LoggedRequest.Page(Tenant, all, before, 51));
            Assert.That(plan, Does.Match($@"(using|on) requests_\d{{4}}_\d\d_{index}"));
            Assert.That(plan, Does.Not.Contain("Seq Scan"));
        }
    }

    [Test]
    public async Task Only_the_months_in_question_are_opened()
    {
        var plan = await Plan(LoggedRequest.Page(Tenant, new(_month.AddDays(1), _month.AddDays(20), []), null, 51));

        Assert.That(plan, Does.Contain($"requests_{_month:yyyy_MM}").And.Not.Contain($"requests_{_month.AddMonths(1):yyyy_MM}"));
    }

    Task<string> Plan(NpgsqlBatchCommand statement) => QueryPlan.OfAsync(_server, statement, $"SET LOCAL app.connection_id = '{Tenant}'");
}
