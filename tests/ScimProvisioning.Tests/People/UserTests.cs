using System.Net;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>People as the application reads them.</summary>
[TestFixture, Parallelizable]
sealed class UserTests
{
    const string Oid = "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34";

    ScimServer _server = null!;
    AppView _app = null!;
    string _design = null!;

    /// <summary>A database of its own, since roles are those of the whole server.</summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        _server = new(database);
        _app = await AppView.CreateAsync(_server, database);
        await PostgresFixture.ExecuteAsync(
            $$$"""
            UPDATE directory_catalogue SET roles = '[{"key":"editor","name":"Editor","priority":1}]';
            INSERT INTO directory_rules (connection_id, organization_id, role_mappings)
            SELECT id, organization_id, '{"mode":"all","groups":[{"group":{"name":"Design"},"role":"editor"}],"attribute":false}'
            FROM connections WHERE id = '{{{_app.Connection}}}'
            """,
            database
        );
        await _app.Enable();
        var ella = await _app.Directory.Create(
            "/Users",
            $$"""
            {"userName":"Ella@contoso.com","externalId":"{{Oid}}","displayName":"Ella Berg","title":"Engineer",
             "emails":[{"type":"work","value":"Ella.Berg@contoso.com"}]}
            """
        );
        await _app.Directory.Create("/Users", """{"userName":"nils@contoso.com","active":false}""");
        var otto = await _app.Directory.User("otto@contoso.com");
        await _app.Settle();
        await _app.Directory.Send("DELETE", $"/Users/{otto}");
        _design = await _app.Directory.Group("Design", ella);
        await _app.Settle();
        await _server.Import(_app, """{"uid":"local-1","appUserId":"4711","userName":"Lena","displayName":"Lena Local"}""");
    }

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task C10_users_show_the_source_of_synced_people_with_its_icon_and_none_of_local_ones()
    {
        var (ella, lena) = (await _server.Person(_app, "&userName=ella@contoso.com"), await _server.Person(_app, "&appUserId=4711"));

        Assert.That((string?)ella["source"]!["provider"], Is.EqualTo("entra"));
        Assert.That((Guid)ella["source"]!["connectionId"]!, Is.EqualTo(_app.Connection));
        Assert.That(lena["source"], Is.Null);
        using var icon = await _server.ClientWith(null).GetAsync(new Uri((string)ella["source"]!["iconUrl"]!, UriKind.Relative));
        Assert.That((icon.StatusCode, icon.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.OK, "image/svg+xml")));
        Assert.That(await icon.Content.ReadAsStringAsync(), Does.StartWith("<svg"));
    }

    [TestCase("active", "ella@contoso.com", "lena")]
    [TestCase("inactive", "nils@contoso.com")]
    [TestCase("deleted", "otto@contoso.com")]
    public async Task L3_T30_people_are_listed_by_their_status(string status, params string[] names) =>
        Assert.That(
            (await _server.People(_app, $"&status={status}")).Select(person => ((string)person["userName"]!).ToLowerInvariant()),
            Is.EquivalentTo(names)
        );

    [TestCase("uid=" + Oid)]
    [TestCase("email=ELLA.berg@contoso.com")]
    [TestCase("userName=ELLA@contoso.com")]
    [TestCase("externalId=" + Oid)]
    [TestCase("role=editor")]
    [TestCase("groupId={design}")]
    [TestCase("q=ella%20b")]
    [TestCase("q=ella.be")]
    [TestCase("q=5C1F2E7A")]
    [TestCase("q=el&status=active&role=editor")]
    public async Task A_person_is_found_by(string query)
    {
        var found = await _server.Person(_app, "&" + query.Replace("{design}", _design, StringComparison.Ordinal));

        Assert.That((string?)found["userName"], Is.EqualTo("Ella@contoso.com"));
    }

    [Test]
    public async Task H11_a_person_shows_the_roles_with_where_they_are_from_and_the_groups()
    {
        var ella = await _server.Person(_app, "&role=editor");

        Assert.That(ella["roles"]!.ToJsonString(), Is.EqualTo($$"""[{"key":"editor","via":["{{_design}}"]}]"""));
        Assert.That(ella["groups"]!.ToJsonString(), Is.EqualTo($$"""[{"id":"{{_design}}","name":"Design"}]"""));
    }

    [TestCase("userName=nobody")]
    [TestCase("q=zzz")]
    [TestCase("groupId=00000000-0000-7000-8000-000000000001")]
    [TestCase("role=admin")]
    public async Task A_look_up_that_fits_nobody_is_an_empty_list(string query) =>
        Assert.That(await _server.People(_app, "&" + query), Is.Empty);

    [Test]
    public async Task A_person_is_read_by_his_id_as_in_the_list()
    {
        var listed = await _server.Person(_app, "&externalId=" + Oid);

        var (status, read) = await _server.Send(HttpMethod.Get, $"/users/{listed["id"]}");

        Assert.That((status, read!.ToJsonString()), Is.EqualTo((200, listed.ToJsonString())));
    }

    [Test]
    public async Task Pages_of_people_follow_each_other_in_the_order_of_their_ids()
    {
        var seen = new List<string>();
        for (string? after = ""; after is not null; )
        {
            var (_, page) = await _server.Send(HttpMethod.Get, $"/users?connectionId={_app.Connection}&limit=1{after}");
            seen.AddRange(page!["data"]!.AsArray().Select(person => (string)person!["id"]!));
            after = page["next"] is { } next ? $"&after={next}" : null;
        }

        Assert.That(seen, Has.Count.EqualTo(4).And.Unique.And.Ordered);
    }

    [Test]
    public async Task The_first_page_tells_the_position_of_the_last_event()
    {
        using var first = await _server.Admin.GetAsync(new Uri("/api/v1/users?limit=1", UriKind.Relative));
        var page = JsonNode.Parse(await first.Content.ReadAsStringAsync())!;
        using var second = await _server.Admin.GetAsync(new Uri($"/api/v1/users?limit=1&after={page["next"]}", UriKind.Relative));

        var last = (string?)(await _app.Events())[^1]["position"];
        Assert.That(first.Headers.GetValues("Events-Position"), Is.EqualTo(new[] { last }));
        Assert.That(second.Headers.Contains("Events-Position"), Is.False);
    }

    [TestCase("status=gone", "status")]
    [TestCase("limit=1000", "limit")]
    [TestCase("connectionId=con-1", "connectionId")]
    [TestCase("mail=a", "mail")]
    [TestCase("q=%00", "q")]
    public async Task A_query_that_makes_no_sense_is_refused_with_the_parameter(string query, string parameter)
    {
        var (status, problem) = await _server.Send(HttpMethod.Get, "/users?" + query);

        Assert.That((status, problem!["errors"]!.AsObject().Single().Key), Is.EqualTo((400, parameter)));
    }
}
