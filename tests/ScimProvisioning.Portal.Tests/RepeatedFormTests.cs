using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>A form that is sent twice, by a double click or by loading the answer again, does once what it asks for.</summary>
[TestFixture]
sealed class RepeatedFormTests : PortalTest
{
    [TestCase("connections", "/portal/connections/new?organizationId={0}", "new", "/connections?organizationId={0}")]
    [TestCase("tokens", "/portal/connections/{1}/setup?step=credentials", "token", "/connections/{1}/tokens")]
    [TestCase("admin keys", "/portal/keys", "new", "/admin-keys?limit=200")]
    [TestCase("webhook endpoints", "/portal/webhooks/new", "new", "/webhook-endpoints?limit=200")]
    [TestCase("organizations", "/portal/organizations/new", "new", "/organizations?externalId={1}")]
    [TestCase("portal links", "/portal/links/new?organizationId={0}", "new", "/portal-links?organizationId={0}")]
    [TestCase("links to a bundle", "/portal/connections/{1}/support", "new", "/connections/{1}/share-links")]
    public async Task A_form_that_comes_twice_at_once_and_then_again_makes_one(string what, string page, string form, string list)
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var client = new PlainClient(Server);
        await client.SendFormAsync("/console", ("key", ScimServer.AdminKey));
        var path = string.Format(null, page, organization, connection);
        (string, string)[] filled =
        [
            .. await client.FormAsync(path, form),
            ("name", "Twice"),
            ("provider", "entra"),
            ("expiresInDays", "90"),
            ("label", $"Twice {connection}"),
            ("scope", "read"),
            ("organizationId", $"{organization}"),
            ("externalId", $"{connection}"),
            ("url", $"https://{connection}.example.com/hook"),
            ("payload", "full"),
            ("hours", "24"),
            ("redact", "true"),
        ];
        var before = await Count();

        var answers = await Task.WhenAll(client.PostAsync(path, filled), client.PostAsync(path, filled));
        var again = await client.PostAsync(path, filled);

        Assert.That(answers.Append(again).Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 409, 409 }), answers[0].Text);
        Assert.That(again.Text, Does.Contain("This was sent already").And.Contains("make a new one"));
        Assert.That(await Count() - before, Is.EqualTo(1), what);

        async Task<int> Count()
        {
            var (_, all) = await Server.Send(HttpMethod.Get, string.Format(null, list, organization, connection));
            // Other tests make some, too.
            string[] own = ["Twice", $"Twice {connection}", $"https://{connection}.example.com/hook"];
            return all!["data"]!
                .AsArray()
                .Count(one => !list.Contains("limit", StringComparison.Ordinal) || own.Contains((string?)(one!["label"] ?? one["url"])));
        }
    }

    [Test]
    public async Task A_form_that_was_sent_at_one_server_is_known_at_the_other()
    {
        using var other = new ScimServer();
        other.StartServer();
        var organization = await NewOrganization();
        using var client = await PlainClient.OpenAsync(Server, await NewLink(organization));
        using var copy = new PlainClient(other) { Cookies = new(client.Cookies) };
        const string path = "/portal/connections/new";
        (string, string)[] filled = [.. await client.FormAsync(path, "new"), ("name", "Once"), ("provider", "entra")];

        var answers = await Task.WhenAll(client.PostAsync(path, filled), copy.PostAsync(path, filled));

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 409 }), answers[0].Text);
        Assert.That(await Connections(organization), Is.EqualTo(1));
    }

    [Test]
    public async Task A_form_that_was_refused_may_be_corrected_and_sent_again()
    {
        var organization = await NewOrganization();
        using var client = await PlainClient.OpenAsync(Server, await NewLink(organization));
        const string path = "/portal/connections/new";
        var form = await client.FormAsync(path, "new");

        Assert.That((await client.PostAsync(path, [.. form, ("name", ""), ("provider", "entra")])).Status, Is.EqualTo(400));
        Assert.That((await client.PostAsync(path, [.. form, ("name", "Good"), ("provider", "entra")])).Status, Is.EqualTo(200));
        Assert.That(await Connections(organization), Is.EqualTo(1));
    }

    [Test]
    public async Task A_form_without_its_id_is_refused()
    {
        var organization = await NewOrganization();
        using var client = await PlainClient.OpenAsync(Server, await NewLink(organization));
        const string path = "/portal/connections/new";
        var form = (await client.FormAsync(path, "new")).Where(field => field.Name != "form-id");

        Assert.That((await client.PostAsync(path, [.. form, ("name", "New"), ("provider", "entra")])).Status, Is.EqualTo(400));
        Assert.That(await Connections(organization), Is.Zero);
    }

    [Test]
    public async Task A_double_click_shows_the_secret_and_loading_the_answer_again_makes_nothing_more()
    {
        var organization = await NewOrganization();
        await OpenPortal(organization, "/connections/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Contoso");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).DblClickAsync();
        await Assertions.Expect(Page.GetByLabel("Secret Token", new() { Exact = true })).Not.ToHaveValueAsync("");
        Assert.That(await Connections(organization), Is.EqualTo(1));

        await Page.ReloadAsync();

        await Assertions.Expect(Heading).ToHaveTextAsync("This was sent already");
        await MustBeAccessible();
        Assert.That(await Connections(organization), Is.EqualTo(1));
        await Page.GetByRole(AriaRole.Link, new() { Name = "Back to the page" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Create" })).ToBeVisibleAsync();
    }

    static async Task<int> Connections(Guid organization) =>
        (await Server.Send(HttpMethod.Get, $"/connections?organizationId={organization}")).Body!["data"]!.AsArray().Count;
}
