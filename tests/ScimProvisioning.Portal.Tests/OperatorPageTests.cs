using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ScimProvisioning.Tests.Webhooks;

namespace ScimProvisioning.Tests.Portal;

/// <summary>The pages of operators, and those by which somebody gets help.</summary>
[TestFixture]
sealed class OperatorPageTests : PortalTest
{
    [Test]
    public async Task An_endpoint_is_made_tested_and_sent_to_again()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var name = $"Hooks {Guid.CreateVersion7(Server.Clock.GetUtcNow())}";
        var organization = await NewOrganization(name);
        var connection = await NewConnection(organization);
        await SignInAsOperator();
        await Page.GotoAsync($"/portal/webhooks/new?q={name}");
        await Page.GetByLabel("Address").FillAsync("no address");
        await Page.GetByLabel("Organization", new() { Exact = true }).SelectOptionAsync($"{organization}");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#url-help")).ToHaveClassAsync("wrong");
        await Page.GetByLabel("Address").FillAsync(receiver.Url);
        await MustBeAccessible();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        var secret = await Page.GetByLabel("Signing secret", new() { Exact = true }).InputValueAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "I have copied it" }).ClickAsync();
        Assert.That(await Page.ContentAsync(), Does.Not.Contain(secret).And.Contains(name));

        await Press("Send a test event");
        await Assertions.Expect(Page.Locator("main [role=status]:not(.unseen)")).ToContainTextAsync("was taken");
        Assert.That(receiver.Got.Single().IsSignedWith(secret), Is.True);
        receiver.AnswerWith(500);
        await Post($"/connections/{connection}/enable", []);
        await Wait.UntilAsync(
            async () =>
            {
                await Page.GotoAsync(Page.Url);
                return await Page.GetByRole(AriaRole.Button, new() { Name = "Retry now" }).CountAsync() > 0;
            },
            "An event could not be delivered."
        );
        await MustBeAccessible();
        receiver.AnswerWith(200);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Retry now" }).First.ClickAsync();
        await Wait.UntilAsync(() => receiver.Got.Count > 2, "It was sent again.");
        await Page.GotoAsync(Page.Url);
        await Press("Count");
        await Assertions.Expect(Page.Locator("main [role=status]:not(.unseen)")).ToContainTextAsync("to be sent again");
        await Page.Locator("summary", new() { HasText = "New secret" }).ClickAsync();
        await Assertions.Expect(Page.GetByText("The old one signs for 24 hours more")).ToBeVisibleAsync();
        await MustBeAccessible();
        await Press("New secret, beside the old one");
        Assert.That(await Page.GetByLabel("Signing secret", new() { Exact = true }).InputValueAsync(), Is.Not.EqualTo(secret));
        await Page.GetByLabel("Type http").FillAsync(receiver.Url);
        await Press("Delete the endpoint");
        await Assertions.Expect(Heading).ToHaveTextAsync("Webhooks");
    }

    [Test]
    public async Task A_key_is_made_and_revoked_and_the_audit_log_tells_so()
    {
        await SignInAsOperator();
        await Page.GotoAsync("/portal/keys");
        var label = $"Robot {Guid.CreateVersion7(Server.Clock.GetUtcNow())}";
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(label);
        await Page.GetByLabel("Organization", new() { Exact = true }).SelectOptionAsync("all");
        await Press("Create");
        var key = await Page.GetByLabel("Admin key", new() { Exact = true }).InputValueAsync();
        await MustBeAccessible();
        using var client = Server.ClientWith(key);
        Assert.That((await ScimServer.Send(client, HttpMethod.Get, "/connections?limit=1")).Status, Is.EqualTo(200));
        await Page.Locator("tr", new() { HasText = label }).Locator("summary").ClickAsync();
        await Assertions.Expect(Page.GetByText("Whoever uses this key is refused").First).ToBeAttachedAsync();
        await MustBeAccessible();
        Assert.That((await ScimServer.Send(client, HttpMethod.Get, "/connections?limit=1")).Status, Is.EqualTo(200), "nothing is done yet");
        await Press($"Revoke the key {label}");
        await Assertions.Expect(Page.Locator("main [role=status]:not(.unseen)")).ToContainTextAsync("The key is revoked");
        await Assertions.Expect(Page.Locator("tr", new() { HasText = label })).ToContainTextAsync("revoked");

        await Page.GotoAsync("/portal/audit?action=admin_key.revoked");
        await Assertions.Expect(Page.Locator(".lines > li").First).ToContainTextAsync("admin_key.revoked");
        await Page.Locator(".lines summary").First.ClickAsync();
        await MustBeAccessible();
    }

    [Test]
    public async Task A_customer_finds_no_page_of_operators()
    {
        await OpenPortal(await NewOrganization());

        string[] pages =
        [
            "organizations",
            "organizations/new",
            "links",
            "links/new",
            "webhooks",
            "webhooks/new",
            $"webhooks/{Guid.CreateVersion7(Server.Clock.GetUtcNow())}",
            "keys",
            "audit",
        ];
        foreach (var page in pages)
            Assert.That((await Page.GotoAsync($"/portal/{page}"))!.Status, Is.EqualTo(404), page);
    }

    [Test]
    public async Task A_support_bundle_is_downloaded_and_a_link_to_it_is_made_and_revoked()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var entra = await Entra.ConnectAsync(Server, connection);
        await entra.CreateAsync("zoe@example.com", "Zoe");
        await entra.CreateAsync("zoe@example.com", "Zoe", expected: 409);
        await OpenPortal(organization, $"/connections/{connection}/support");
        var download = await Page.RunAndWaitForDownloadAsync(() => Press("Download without names"));
        Assert.That(download.SuggestedFilename, Does.EndWith(".zip"));
        await Press("Make a link");
        var link = await Page.GetByLabel("Link", new() { Exact = true }).InputValueAsync();
        await MustBeAccessible();
        using var anybody = new HttpClient();
        await using (var bundle = await anybody.GetStreamAsync(new Uri(link)))
        await using (var files = new ZipArchive(bundle))
            foreach (var file in files.Entries)
                Assert.That(await new StreamReader(await file.OpenAsync()).ReadToEndAsync(), Does.Not.Contain("zoe@"), file.FullName);
        await Page.Locator("summary", new() { HasText = "Revoke" }).ClickAsync();
        await Press("Revoke the link");

        await Assertions.Expect(Page.Locator(".empty")).ToBeVisibleAsync();
        Assert.That((int)(await anybody.GetAsync(new Uri(link))).StatusCode, Is.EqualTo(404));
        await OpenPortal(organization, $"/connections/{connection}/support", ("readOnly", JsonValue.Create(true)));
        Assert.That(await Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Everything_is_sent_to_the_application_again()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await Post($"/connections/{connection}/enable", []);
        await OpenPortal(organization, $"/connections/{connection}/sync");
        await Press("Send everything to the application again");

        await Assertions.Expect(Page.Locator("#snapshot")).ToContainTextAsync("Everything was sent");
        await MustBeAccessible();
    }

    Task Press(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
