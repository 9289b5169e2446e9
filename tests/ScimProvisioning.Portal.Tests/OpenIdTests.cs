using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Operators sign in by an OpenID provider.</summary>
[TestFixture]
sealed class OpenIdTests : PortalTest
{
    [Test]
    public async Task Who_has_the_role_is_an_operator_and_others_are_told_which_setting_says_so()
    {
        await using var provider = await OperatorProvider.StartAsync();
        await using var server = Start(provider);
        var connection = await NewConnection(await NewOrganization());
        provider.Roles = ["sales"];
        await Page.GotoAsync(new Uri(server.Address, "/console").ToString());
        await Page.GetByRole(AriaRole.Button, new() { Name = "your organization's account" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("claim roles");
        await Assertions.Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Portal__OpenIdConnect__RoleValues");
        await MustBeAccessible();
        Assert.That((await Page.Context.CookiesAsync()).Select(cookie => cookie.Name), Has.No.Member("portal"));

        provider.Roles = ["sales", "provisioning"];
        await Page.GetByRole(AriaRole.Button, new() { Name = "your organization's account" }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync("Connections");
        await Page.GotoAsync(new Uri(server.Address, $"/portal/connections/{connection}/edit").ToString());
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Fabrikam");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(Page.Locator(".of")).ToHaveTextAsync("Fabrikam");
        var (_, log) = await server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection}&action=connection.updated");
        Assert.That((string)log!["data"]![0]!["actor"]!, Is.EqualTo("oidc:ella"));
    }

    [Test]
    public async Task An_answer_that_was_not_asked_for_begins_no_session()
    {
        await using var provider = await OperatorProvider.StartAsync();
        await using var server = Start(provider);
        provider.Roles = ["provisioning"];
        using var victim = new PlainClient(server);
        using var attacker = new PlainClient(server);
        var answer = await AnswerAsync(attacker);

        // Made up, without a state, of another browser, and with the token of another sign-in.
        await MustBeRefused(victim, "/console/callback?code=guessed&state=forged");
        await MustBeRefused(victim, "/console/callback?code=guessed");
        await MustBeRefused(victim, answer);
        provider.Nonce = "another";
        await MustBeRefused(attacker, answer);
        // One that was asked for, and that no one has changed, does.
        provider.Nonce = null;
        Assert.That((await attacker.GetAsync(await AnswerAsync(attacker))).Location, Is.EqualTo("/portal/connections"));
        Assert.That((await attacker.GetAsync("/portal/connections")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Aprovider_that_cannot_be_reached_is_said_so()
    {
        await using var provider = await OperatorProvider.StartAsync();
        await using var server = Start(provider);
        using var client = new PlainClient(server);
        await provider.DisposeAsync();

        Assert.That((await client.GetAsync("/console/openid")).Location, Is.EqualTo("/console?refused=failed"));
        var (status, text, _) = await client.GetAsync("/console?refused=failed");
        Assert.That((status, text.Contains("did not succeed", StringComparison.Ordinal)), Is.EqualTo((403, true)));
    }

    static ScimServer Start(OperatorProvider provider)
    {
        var server = new ScimServer(
            settings: new()
            {
                ["Portal:OpenIdConnect:Authority"] = provider.Authority,
                ["Portal:OpenIdConnect:ClientId"] = OperatorProvider.ClientId,
                ["Portal:OpenIdConnect:ClientSecret"] = OperatorProvider.ClientSecret,
                ["Portal:OpenIdConnect:RoleClaim"] = "roles",
                ["Portal:OpenIdConnect:RoleValues:0"] = "provisioning",
            }
        );
        server.StartServer();
        return server;
    }

    /// <summary>What the provider sends a browser back with.</summary>
    static async Task<string> AnswerAsync(PlainClient browser)
    {
        var (_, _, asked) = await browser.GetAsync("/console/openid");
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await client.GetAsync(new Uri(asked!));
        return answer.Headers.Location!.PathAndQuery;
    }

    static async Task MustBeRefused(PlainClient browser, string answer)
    {
        Assert.That((await browser.GetAsync(answer)).Location, Is.EqualTo("/console?refused=failed"), answer);
        Assert.That(browser.Cookies.Keys, Has.No.Member("portal"));
        Assert.That((await browser.GetAsync("/portal/connections")).Location, Is.EqualTo("/portal/ended"));
    }
}
