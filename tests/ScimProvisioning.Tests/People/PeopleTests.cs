using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>What admins see of received users beside what the application sees of them.</summary>
[TestFixture, Parallelizable]
sealed class PeopleTests
{
    const string Rules = """
        '{"uid":["externalId"],"attributes":[{"name":"userName","paths":["userName"],"transform":"none","whenMissing":"ignore"}]}',
        '{"mode":"groups","groups":[{"name":"Staff"}]}'
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Each_received_user_has_a_standing()
    {
        var app = await CreateAsync();
        Assert.That((await People(app)).Select(Standing), Is.All.EqualTo("waiting"));
        Assert.That(await People(app, "?standing=released"), Is.Empty);

        await app.Enable();

        Assert.That(
            (await People(app)).ToDictionary(p => (string)p["received"]!["userName"]!, Standing),
            Is.EqualTo(
                new Dictionary<string, string>
                {
                    ["ella"] = "released",
                    ["held"] = "held",
                    ["outside"] = "out_of_scope",
                }
            )
        );
        foreach (var standing in (string[])["released", "held", "out_of_scope"])
            Assert.That((await People(app, $"?standing={standing}")).Select(Standing), Is.EqualTo(new[] { standing }));
        Assert.That(await People(app, "?standing=waiting"), Is.Empty);
    }

    [Test]
    public async Task A_received_user_stands_beside_the_released_person_and_its_problems()
    {
        var app = await CreateAsync();
        await app.Enable();

        var ella = (await People(app, "?q=EL")).Single();
        var held = (await People(app, "?standing=held")).Single();

        Assert.That((string?)ella["received"]!["uid"], Is.EqualTo((string?)ella["released"]!["uid"]).And.EqualTo("e-1"));
        Assert.That(held["released"], Is.Null);
        Assert.That(((string?)held["problems"]![0]!["kind"], (bool)held["problems"]![0]!["holds"]!), Is.EqualTo(("missing_uid", true)));
    }

    [Test]
    public async Task Whom_the_application_does_not_know_is_listed_apart()
    {
        var app = await CreateAsync();
        await app.Enable();

        Assert.That((await People(app, "?known=false")).Select(Name), Is.EqualTo(new[] { "held", "outside" }));
        Assert.That((await People(app, "?known=true")).Select(Name), Is.EqualTo(new[] { "ella" }));
        Assert.That((await People(app, "?known=false&standing=held&q=HE")).Select(Name), Is.EqualTo(new[] { "held" }));
        Assert.That(await People(app, "?known=true&standing=out_of_scope"), Is.Empty);
    }

    [Test]
    public async Task Only_while_something_is_not_released_somebody_is_on_the_way()
    {
        var app = await CreateAsync();
        await app.Enable();
        Assert.That(await People(app, "?standing=not_yet"), Is.Empty);

        await using (await app.HoldHorizon())
        {
            var late = await app.Directory.Create("/Users", """{"userName":"late","externalId":"l-1"}""");
            var staff = await app.Directory.Ask<Guid>("SELECT id FROM resources WHERE connection_id = $1 AND resource_type = 'Group'");
            await app.Directory.Patch($"/Groups/{staff}", $$"""{"op":"add","path":"members","value":[{"value":"{{late}}"}]}""");

            Assert.That((await People(app, "?standing=not_yet")).Select(Name), Is.EqualTo(new[] { "late" }));
        }
        await app.Settle();
        Assert.That(await People(app, "?standing=not_yet"), Is.Empty);
    }

    [Test]
    public async Task Pages_of_people_follow_each_other()
    {
        var app = await CreateAsync();
        await app.Enable();
        var seen = new List<string>();
        for (string? after = ""; after is not null; )
        {
            var page = (await app.Admin(HttpMethod.Get, $"/people?limit=1{after}"))!;
            seen.AddRange(page["data"]!.AsArray().Select(p => (string)p!["received"]!["userName"]!));
            after = page["next"] is { } next ? $"&after={next}" : null;
        }

        Assert.That(seen, Is.EqualTo(new[] { "ella", "held", "outside" }));
    }

    static string Name(JsonNode person) => (string)person["received"]!["userName"]!;

    static string Standing(JsonNode person) => (string)person["standing"]!;

    static async Task<List<JsonNode>> People(AppView app, string query = "") =>
        [.. (await app.Admin(HttpMethod.Get, "/people" + query))!["data"]!.AsArray().Select(person => person!)];

    /// <summary>Three users: one to be released, one without a uid, one outside the scope.</summary>
    async Task<AppView> CreateAsync()
    {
        var app = await AppView.CreateAsync(_server);
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO directory_rules (connection_id, organization_id, mapping, scope)
            SELECT id, organization_id, {Rules} FROM connections WHERE id = '{app.Connection}'
            """,
            PostgresFixture.ConnectionString
        );
        var ella = await app.Directory.Create("/Users", """{"userName":"ella","externalId":"e-1"}""");
        var held = await app.Directory.Create("/Users", """{"userName":"held"}""");
        await app.Directory.Create("/Users", """{"userName":"outside","externalId":"o-1"}""");
        await app.Directory.Group("Staff", ella, held);
        return app;
    }
}
