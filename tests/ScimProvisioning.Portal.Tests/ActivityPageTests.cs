using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>What an admin sees of what happened.</summary>
[TestFixture]
sealed class ActivityPageTests : PortalTest
{
    const string Script = "<img src=x onerror='window.isTaken=1'><script>window.isTaken=1</script>";

    const string Figures = """
        {"kind":"incremental","requests":4,
        "users":{"created":1,"updated":2,"deactivated":0,"reactivated":0,"unchanged":5,"failed":1},
        "groups":{"created":0,"updated":0,"deactivated":0,"reactivated":0,"unchanged":0,"failed":0},
        "memberships":{"added":0,"removed":0},
        "seenUsers":{"created":1,"updated":0,"deactivated":0,"reactivated":0,"unchanged":0}}
        """;

    [Test]
    public async Task A_run_is_followed_while_it_runs_and_its_end_is_shown()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        await Post($"/connections/{connection}/enable", []);
        using var entra = await Entra.ConnectAsync(Server, connection);
        await OpenPortal(organization, $"/connections/{connection}/activity");
        await Assertions.Expect(Page.Locator("#runs .empty")).ToBeVisibleAsync();
        await entra.CreateAsync("zoe@example.com", Script);

        await Assertions.Expect(Page.Locator("#times")).Not.ToContainTextAsync("never");
        await Page.Locator("#runs tbody a").ClickAsync();
        await Assertions.Expect(Page.Locator("#run .badge")).ToHaveTextAsync("running");
        await Expect("Users", "1");
        await Page.EvaluateAsync("window.isSame = true");
        await entra.CreateAsync("adam@example.com", "Adam");
        await Expect("Users", "2");
        await PostgresFixture.ExecuteAsync(
            $"UPDATE runs SET ended_at = last_at WHERE connection_id = '{connection}'",
            PostgresFixture.ConnectionString
        );
        await Assertions.Expect(Page.Locator("#run .badge")).ToHaveTextAsync("ended");

        Assert.That(await Page.EvaluateAsync<bool>("window.isSame === true && window.isTaken === undefined"), Is.True);
        await MustBeAccessible();
        await Page.GetByRole(AriaRole.Link, new() { Name = "4", Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator(".lines > li")).ToHaveCountAsync(4);
    }

    [Test]
    public async Task What_was_refused_says_its_cause_and_cure()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var entra = await Entra.ConnectAsync(Server, connection);
        using var wrong = await Entra.WithWrongTokenAsync(Server, connection);
        var id = await entra.CreateAsync($"{Script}@example.com", Script);
        await entra.CreateAsync($"{Script}@example.com", Script, expected: 409);
        await wrong.TestConnectionAsync();

        await OpenPortal(organization, $"/connections/{connection}/activity/requests?hours=1");
        await Assertions.Expect(Page.Locator(".lines > li")).Not.ToHaveCountAsync(0);
        await Page.GetByLabel("Kind").SelectOptionAsync("errors");
        await Page.GetByLabel("About").FillAsync($"{Script}@example.com");
        await Page.GetByLabel("About").PressAsync("Enter");
        await Page.Locator(".lines summary").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator(".lines dl")).ToContainTextAsync("EntryConflict");
        await MustBeAccessible();

        await Page.GotoAsync($"/portal/connections/{connection}/activity/requests?resourceId={id}");
        await Assertions.Expect(Page.Locator(".lines > li")).Not.ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Failed logins" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#logins")).ToContainTextAsync("Unknown token");
        await Assertions.Expect(Page.Locator("#logins")).ToContainTextAsync("Make a new token");
        await MustBeAccessible();
        // As if it were over and counted. A day ago, so that the clocks of the server and of the database may differ.
        await PostgresFixture.ExecuteAsync(
            $"UPDATE runs SET started_at = started_at - interval '1 day', ended_at = last_at, closed_at = now(), figures = '{Figures}' "
                + $"WHERE connection_id = '{connection}'",
            PostgresFixture.ConnectionString
        );
        await Page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#logins")).ToContainTextAsync("Unknown token");
        await Page.GetByText("As a table").ClickAsync();
        await Assertions.Expect(Page.Locator("#days td").First).ToHaveTextAsync("3");
        await MustBeAccessible();
        Assert.That(await Page.EvaluateAsync<bool>("window.isTaken === undefined"), Is.True);
    }

    [Test]
    public async Task Why_somebody_is_not_here_is_answered_in_plain_words()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var entra = await Entra.ConnectAsync(Server, connection);
        await entra.CreateAsync("zoe@example.com", Script);
        await OpenPortal(organization, $"/connections/{connection}/why");

        await Page.GetByLabel("Who is missing?").FocusAsync();
        await Page.Keyboard.TypeAsync("nobody@example.com");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator(".verdict h2")).ToHaveTextAsync("Never received");
        await Page.GetByLabel("Who is missing?").FillAsync("zoe@example.com");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator(".verdict h2")).ToHaveTextAsync("The connection is not enabled");
        await MustBeAccessible();
        await Page.GetByRole(AriaRole.Link, new() { Name = Script }).ClickAsync();
        await Assertions.Expect(Heading).ToHaveTextAsync(Script);
        Assert.That((await Page.GotoAsync($"/portal/connections/{connection}/why?q=%00"))!.Status, Is.EqualTo(400));
        await Assertions.Expect(Page.Locator("#q-help")).ToBeVisibleAsync();
    }

    async Task Expect(string row, string created) =>
        await Assertions
            .Expect(Page.Locator($"#run tbody tr:has(th:text-is('{row}')) td").First)
            .ToHaveTextAsync(created, new() { Timeout = 15_000 });
}
