using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Portal;

/// <summary>The pictures of <c>docs/portal.md</c>: pages of a customer who has been connected for some weeks.</summary>
[TestFixture]
sealed class ScreenshotTests
{
    /// <summary>Set to 1, the pictures are written anew.</summary>
    const string Variable = "SCIM_WRITE_SCREENSHOTS";

    const string Folder = "docs/images";

    static readonly (string User, string Name, string Department, string Title)[] People =
    [
        ("ana.ruiz", "Ana Ruiz", "Design", "Head of Design"),
        ("ben.okafor", "Ben Okafor", "Engineering", "Staff Engineer"),
        ("chloe.martin", "Chloé Martin", "Engineering", "Engineer"),
        ("daniel.kim", "Daniel Kim", "Sales", "Account Executive"),
        ("elif.demir", "Elif Demir", "Design", "Designer"),
        ("farah.haddad", "فرح حداد", "Sales", "Sales Manager"),
        ("george.ivanov", "George Ivanov", "Finance", "Controller"),
        ("hana.sato", "Hana Satō", "Engineering", "Engineering Manager"),
        ("ines.costa", "Inês Costa", "People", "Recruiter"),
        ("jonas.weber", "Jonas Weber", "Engineering", "Engineer"),
    ];

    static readonly string[] Pages =
    [
        "connections",
        "setup",
        "users",
        "person",
        "groups",
        "mapping",
        "scope",
        "plan",
        "activity",
        "why",
        "settings",
        "webhooks",
    ];

    /// <summary>Runs of the last month as they are stored, a full one first.</summary>
    const string Runs = """
        INSERT INTO runs (connection_id, organization_id, id, started_at, last_at, ended_at, closed_at, figures)
        SELECT '{connection}', '{organization}',
            (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(day::text, 12, '0'))::uuid,
            at, at + interval '40 seconds', at + interval '40 seconds', at,
            jsonb_build_object(
            'kind', CASE WHEN day = 29 THEN 'full' ELSE 'incremental' END, 'requests', 18 + (day * 7) % 12,
            'users', jsonb_build_object('created', (day * 3) % 4 + CASE WHEN day = 29 THEN 9 ELSE 0 END, 'updated', (day * 5) % 7,
                'deactivated', day % 2, 'reactivated', 0, 'unchanged', (day * 11) % 5,
                'failed', CASE WHEN day IN (4, 17) THEN 2 ELSE 0 END),
            'groups', jsonb_build_object('created', 0, 'updated', day % 2, 'deactivated', 0, 'reactivated', 0, 'unchanged', 0, 'failed', 0),
            'memberships', jsonb_build_object('added', day % 5, 'removed', day % 3),
            'seenUsers', jsonb_build_object('created', (day * 3) % 4, 'updated', (day * 5) % 7, 'deactivated', day % 2, 'reactivated', 0,
                'unchanged', 0))
        FROM generate_series(29, 1, -1) AS day, LATERAL (SELECT now() - day * interval '1 day' AS at) AS days
        """;

    readonly ScimServer _server = new(settings: new() { ["Portal:ProductName"] = "Fabrikam Projects" });

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test, CancelAfter(300_000)]
    public async Task Each_page_of_the_docs_is_there_in_light_and_dark()
    {
        var (organization, connection) = await Story();
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await using var window = await PortalFixture.Browser.NewContextAsync(
                new()
                {
                    BaseURL = _server.Address.ToString(),
                    Locale = "en-US",
                    ColorScheme = scheme,
                    ReducedMotion = ReducedMotion.Reduce,
                    ViewportSize = new() { Width = 1120, Height = 700 },
                }
            );
            await Show(await window.NewPageAsync(), organization, connection, scheme);
        }
    }

    [Test]
    public async Task The_docs_show_each_picture_and_no_other()
    {
        var page = await File.ReadAllTextAsync(ProjectFolder.Find("docs/portal.md"));
        var files = System.IO.Directory.GetFiles(ProjectFolder.Find(Folder), "portal-*.png").Select(file => Path.GetFileName(file)!);
        Assert.That(files, Is.EquivalentTo(Pages.SelectMany(name => (string[])[$"portal-{name}.png", $"portal-{name}-dark.png"])));
        Assert.That(files.Where(file => !page.Contains($"images/{file}", StringComparison.Ordinal)), Is.Empty);
    }

    async Task Show(IPage page, Guid organization, Guid connection, ColorScheme scheme)
    {
        var of = $"/portal/connections/{connection}";
        await page.GotoAsync("/console");
        await page.GetByLabel("Admin key").FillAsync(ScimServer.AdminKey);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GotoAsync("/portal/webhooks");
        await Draw("webhooks");

        var (_, link) = await Send(HttpMethod.Post, "/portal-links", new() { ["organizationId"] = organization });
        await page.GotoAsync((string)link["url"]!);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        foreach (var (name, path) in ((string, string)[])[("connections", "/portal/connections"), ("setup", of + "/setup")])
            await At(name, path);
        await At("users", of + "/users");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ana Ruiz" }).ClickAsync();
        await Draw("person");
        foreach (var name in (string[])["groups", "mapping", "scope", "activity", "settings"])
            await At(name, $"{of}/{name}");
        await At("why", of + "/why?q=ines.costa@contoso.com");

        await page.GotoAsync(of + "/scope");
        await page.GetByLabel("Design").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Assertions.Expect(page.Locator(".difference")).ToBeVisibleAsync();
        await Draw("plan");

        async Task At(string name, string path)
        {
            await page.GotoAsync(path);
            await Draw(name);
        }

        async Task Draw(string name)
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            var picture = await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
            if (Environment.GetEnvironmentVariable(Variable) == "1")
                await File.WriteAllBytesAsync(
                    ProjectFolder.Find($"{Folder}/portal-{name}{(scheme == ColorScheme.Dark ? "-dark" : "")}.png"),
                    picture
                );
        }
    }

    async Task<(Guid Organization, Guid Connection)> Story()
    {
        var (_, made) = await Send(HttpMethod.Post, "/organizations", new() { ["name"] = "Contoso" });
        var organization = (Guid)made["id"]!;
        (_, made) = await Send(HttpMethod.Post, "/connections", new() { ["name"] = "Contoso Entra ID", ["organizationId"] = organization });
        var connection = (Guid)made["id"]!;
        using var entra = await Entra.ConnectAsync(_server, connection);
        await entra.TestConnectionAsync();
        var ids = new Dictionary<string, Guid>();
        foreach (var (user, name, department, title) in People)
            ids[user] = await entra.CreateAsync(
                $"{user}@contoso.com",
                ("displayName", name),
                ("title", title),
                ("emails", new JsonArray(new JsonObject { ["type"] = "work", ["value"] = $"{user}@contoso.com" })),
                ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", new JsonObject { ["department"] = department })
            );
        foreach (var department in (string[])["Design", "Engineering", "Sales", "Finance"])
            await entra.CreateGroupAsync(department, [.. People.Where(p => p.Department == department).Select(p => ids[p.User])]);
        await entra.CreateGroupAsync("All staff");
        var scope = new JsonObject { ["mode"] = "groups", ["groups"] = Named("Design", "Engineering", "Sales", "Finance") };
        await Send(HttpMethod.Put, $"/connections/{connection}/scope", scope);
        await Send(HttpMethod.Post, $"/connections/{connection}/enable", []);
        await entra.DeactivateAsync(ids["george.ivanov"]);
        await PostgresFixture.ExecuteAsync(
            Runs.Replace("{connection}", $"{connection}", StringComparison.Ordinal)
                .Replace("{organization}", $"{organization}", StringComparison.Ordinal),
            PostgresFixture.ConnectionString
        );
        await Wait.UntilAsync(
            async () => (long)(await Send(HttpMethod.Get, $"/connections/{connection}/guard", null)).Body["active"]! == People.Length - 2,
            "all are released, but for who is outside the scope and who has left"
        );
        return (organization, connection);
    }

    static JsonArray Named(params string[] groups) => [.. groups.Select(name => new JsonObject { ["name"] = name })];

    async Task<(int Status, JsonNode Body)> Send(HttpMethod method, string path, JsonObject? body)
    {
        var (status, answer) = await _server.Send(method, path, body?.ToJsonString());
        Assert.That(status, Is.InRange(200, 299), $"{path}: {answer}");
        return (status, answer!);
    }
}
