using System.Diagnostics;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>From a link to the first person whom the application knows.</summary>
[TestFixture]
sealed class SetupTests : PortalTest
{
    const string Script = "<script>window.isTaken=1</script>";

    [Test]
    public async Task A_connection_is_set_up_from_the_link_to_the_first_person()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await OpenPortal(organization, $"/connections/{connection}/setup?step=provider");
        await Assertions.Expect(Page.GetByText("Application Administrator", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByText("Entra ID P1", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator("label:has([type=radio]) img")).ToHaveCountAsync(6);
        await MustBeAccessible();
        await Click("Save");

        await Assertions.Expect(Step).ToHaveTextAsync("2. Tenant URL and Secret Token");
        Assert.That(await Page.GetByLabel("Name of the application").InputValueAsync(), Is.Not.Empty);
        await Assertions.Expect(Page.Locator("#test")).ToContainTextAsync("waiting for Test Connection");
        await Click("Make a Secret Token");
        var token = await Page.GetByLabel("Secret Token", new() { Exact = true }).InputValueAsync();
        var url = await Page.GetByLabel("Tenant URL", new() { Exact = true }).InputValueAsync();
        await MustBeAccessible();
        await MustSayWhyATestFails(url);

        using var entra = Entra.At(Server, url, token);
        Assert.That(await entra.TestConnectionAsync(), Is.EqualTo(200));
        var watch = Stopwatch.StartNew();
        await Assertions.Expect(Page.Locator("#test .badge.green")).ToContainTextAsync("Test Connection has arrived");
        await Assertions.Expect(Page.Locator("#test")).ToContainTextAsync("Received: users 0, groups 0.");
        TestContext.Out.WriteLine($"Green after {watch.ElapsedMilliseconds} ms");
        Assert.That(await Page.GetByLabel("Secret Token", new() { Exact = true }).InputValueAsync(), Is.EqualTo(token));
        await Page.GotoAsync($"/portal/connections/{connection}/setup");
        Assert.That(await Page.ContentAsync(), Does.Not.Contain(token));

        var made = await Get($"/audit-log?connectionId={connection}&action=connection.token_created");
        Assert.That((string)made["data"]![0]!["actor"]!, Does.StartWith("portal:"));
        await Assertions.Expect(Step).ToHaveTextAsync("4. First user");
        await entra.CreateAsync("anna@example.com" + Script);
        await Assertions.Expect(Page.Locator("#first")).ToContainTextAsync("anna@example.com" + Script);
        await MustBeAccessible();
        await Page.GotoAsync($"/portal/connections/{connection}/setup?step=test");
        await Assertions.Expect(Page.Locator("#test")).ToContainTextAsync("Received: users 1, groups 0.");
        await Page.GotoAsync($"/portal/connections/{connection}/setup");
        await Assertions.Expect(Step).ToHaveTextAsync("5. Mapping");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Scope →" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Roles →" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Preview and enable →" }).ClickAsync();

        await Click("Preview");
        await Assertions.Expect(Page.Locator(".difference")).ToContainTextAsync("+1");
        await MustBeAccessible();
        await Click("Enable");
        await Assertions.Expect(Page.Locator("#released")).ToContainTextAsync("active: 1");
        await Assertions.Expect(Page.Locator("#steps .badge.green")).ToHaveCountAsync(8);
        await Assertions.Expect(Page.GetByText("Enabled", new() { Exact = true })).ToBeVisibleAsync();
        await Page.Locator("section").GetByRole(AriaRole.Link, new() { Name = "Activity" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Activity");
        Assert.That(await Page.EvaluateAsync<bool>("window.isTaken === undefined"), Is.True);
    }

    [Test]
    public async Task A_person_whom_a_test_has_made_and_deleted_again_is_not_the_first_one()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var tester = await Entra.ConnectAsync(Server, connection);
        var tested = await tester.CreateAsync("test@example.com", "Test");
        await OpenPortal(organization, $"/connections/{connection}/setup?step=user");
        await Assertions.Expect(Page.Locator("#first")).ToContainTextAsync("test@example.com");

        await tester.DeleteAsync(tested);

        await Assertions.Expect(Page.Locator("#first .badge.amber")).ToContainTextAsync("waiting for the first user");
        await Page.GotoAsync($"/portal/connections/{connection}/setup");
        await Assertions.Expect(Step).ToHaveTextAsync("4. First user");
    }

    [Test]
    public async Task When_no_token_is_good_any_more_the_pages_say_so_and_the_connection_is_to_be_tested_again()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await entra.TestConnectionAsync();
        await entra.CreateAsync("anna@example.com");
        await OpenPortal(organization, $"/connections/{connection}/setup?step=test");
        await Assertions.Expect(Page.Locator("#test .badge.green")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator("#steps .badge.green")).ToHaveCountAsync(8);
        var token = (await Get($"/connections/{connection}/tokens"))["data"]![0]!["id"]!;
        await Server.Send(HttpMethod.Delete, $"/connections/{connection}/tokens/{token}");

        await Page.GotoAsync($"/portal/connections/{connection}");
        await Assertions.Expect(Page.Locator("#health .badge")).ToHaveTextAsync("logins fail");
        await Assertions.Expect(Page.Locator("#health")).ToContainTextAsync("No token is good any more");
        await MustBeAccessible();
        await Page.Locator("#health").GetByRole(AriaRole.Link, new() { Name = "Make a Secret Token" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#steps li").Nth(1)).ToContainTextAsync("now");
        await Click("Make a Secret Token");
        using var again = Entra.At(
            Server,
            await Page.GetByLabel("Tenant URL", new() { Exact = true }).InputValueAsync(),
            await Page.GetByLabel("Secret Token", new() { Exact = true }).InputValueAsync()
        );
        await Page.GotoAsync($"/portal/connections/{connection}/setup");
        await Assertions.Expect(Step).ToHaveTextAsync("3. Test Connection");
        await Assertions.Expect(Page.Locator("#steps li").Nth(3)).ToContainTextAsync("later");
        await Assertions.Expect(Page.Locator("#test")).ToContainTextAsync("waiting for Test Connection");

        await again.TestConnectionAsync();
        await Assertions.Expect(Page.Locator("#test .badge.green")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator("#steps .badge.green")).ToHaveCountAsync(8);
    }

    [Test]
    public async Task The_instructions_are_numbered_and_are_printed_and_downloaded()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        var token = await Post($"/connections/{connection}/tokens", []);
        await OpenPortal(organization, $"/connections/{connection}/instructions");
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 2 }).First).ToHaveTextAsync("1. Before you begin");
        Assert.That(
            await Page.Locator("main ol li").First.EvaluateAsync<string>("line => getComputedStyle(line).listStyleType"),
            Is.EqualTo("decimal")
        );
        await Page.EvaluateAsync("window.print = () => (window.isPrinted = true)");
        await Click("Print");
        Assert.That(await Page.EvaluateAsync<bool>("window.isPrinted"), Is.True);

        var download = await Page.RunAndWaitForDownloadAsync(() => Click("Download as Markdown"));

        Assert.That(download.SuggestedFilename, Is.EqualTo("instructions.md"));
        Assert.That(
            await File.ReadAllTextAsync((await download.PathAsync())!),
            Does.Contain((string)token["tenantUrl"]!).And.Not.Contain((string)token["token"]!)
        );
        await OpenWindowAsync(new() { JavaScriptEnabled = false });
        await OpenPortal(organization, $"/connections/{connection}/instructions");
        await Assertions.Expect(Page.Locator("main noscript p")).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Print", Exact = true })).ToHaveCountAsync(0);
    }

    [Test]
    public async Task The_instructions_have_the_address_and_no_token_and_fit_paper()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        var token = await Post($"/connections/{connection}/tokens", []);
        await OpenPortal(organization, $"/connections/{connection}/instructions");

        await Assertions.Expect(Page.GetByText((string)token["tenantUrl"]!)).ToBeVisibleAsync();
        Assert.That(await Page.ContentAsync(), Does.Not.Contain((string)token["token"]!));
        await MustBeAccessible();
        await Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(Page.Locator(".bar")).ToBeHiddenAsync();
    }

    [Test]
    public async Task The_set_up_works_without_script_and_in_German()
    {
        await OpenWindowAsync(new() { JavaScriptEnabled = false, Locale = "de-DE" });
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await Page.GotoAsync(await NewLink(organization));
        await Click("Öffnen");
        await Page.GotoAsync($"/portal/connections/{connection}/setup");
        await Click("Secret Token erzeugen");
        var token = await Page.GetByLabel("Secret Token", new() { Exact = true }).InputValueAsync();
        var url = await Page.GetByLabel("Tenant URL", new() { Exact = true }).InputValueAsync();
        using var entra = Entra.At(Server, url, token);
        await entra.TestConnectionAsync();

        await Wait.UntilAsync(
            async () =>
            {
                await Page.GotoAsync($"/portal/connections/{connection}/setup?step=test");
                return await Page.Locator("#test .badge.green").CountAsync() == 1;
            },
            "Test Connection is seen"
        );
    }

    async Task MustSayWhyATestFails(string url)
    {
        using var wrong = Entra.At(Server, url, "cut-off");
        Assert.That(await wrong.TestConnectionAsync(), Is.EqualTo(401));
        await Assertions.Expect(Page.Locator("#test .failure")).ToContainTextAsync("Make a new token");
    }

    ILocator Step => Page.Locator("#step");

    Task Click(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
