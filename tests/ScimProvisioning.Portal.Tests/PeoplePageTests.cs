using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>What an admin sees of people and groups.</summary>
[TestFixture]
sealed class PeoplePageTests : PortalTest
{
    const string Script = "<img src=x onerror='window.isTaken=1'><script>window.isTaken=1</script>";

    [Test]
    public async Task A_person_who_comes_is_there_without_a_reload_and_shows_where_each_field_is_from()
    {
        var (organization, connection, entra) = await NewDirectory();
        await OpenPortal(organization, $"/connections/{connection}/users");
        await Assertions.Expect(Page.Locator("#people .empty")).ToBeVisibleAsync();
        await Page.EvaluateAsync("window.isSame = true");
        var zoe = await entra.CreateAsync("zoe@example.com", Script);

        var link = Page.GetByRole(AriaRole.Link, new() { Name = Script, Exact = true });
        await Assertions.Expect(link).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator("#counts")).ToContainTextAsync("Have access: 1");
        await Assertions.Expect(Page.GetByRole(AriaRole.Img, new() { Name = "Microsoft Entra ID" })).ToBeVisibleAsync();
        Assert.That(await Page.EvaluateAsync<bool>("window.isSame === true && window.isTaken === undefined"), Is.True);
        await MustBeAccessible();
        await Page.GetByLabel("Search").FillAsync("nobody");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator("#people .empty")).ToBeVisibleAsync();
        await Page.GetByLabel("Search").FillAsync("ZOE");
        await Page.GetByLabel("Status").SelectOptionAsync("active");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await link.ClickAsync();

        var name = Page.Locator("#fields tr", new() { Has = Page.GetByText("displayName", new() { Exact = true }) });
        await Assertions.Expect(name).ToContainTextAsync("locked: the identity provider");
        await MustBeAccessible();
        await entra.SetAsync(zoe, "displayName", "Zoe B");
        await Assertions.Expect(name).ToContainTextAsync("Zoe B");
        await Assertions
            .Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Is a value old?" }))
            .ToHaveAttributeAsync("href", new Regex("/sync$"));
        await name.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(Page.Locator(".lines > li").First).ToContainTextAsync("PATCH");
        await Page.GetByRole(AriaRole.Link, new() { Name = "The person" }).First.ClickAsync();

        await entra.DeleteAsync(zoe);
        await Assertions.Expect(Page.Locator("#standing")).ToContainTextAsync("deleted");
        await Page.ReloadAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reactivate" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#standing .badge.green")).ToHaveTextAsync("active");
    }

    [Test]
    public async Task Who_waits_is_shown_first_while_the_connection_is_not_enabled()
    {
        var organization = await NewOrganization();
        var connection = await NewConnection(organization);
        using var entra = await Entra.ConnectAsync(Server, connection);
        var zoe = await entra.CreateAsync("zoe@example.com", "Zoe");

        await OpenPortal(organization, $"/connections/{connection}/users", ("readOnly", JsonValue.Create(true)));
        await Assertions.Expect(Page.GetByLabel("Status")).ToHaveValueAsync("waiting");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Zoe", Exact = true }).ClickAsync();

        await Assertions.Expect(Page.Locator(".notice")).ToContainTextAsync("does not see this person");
        await Assertions.Expect(Page.Locator("#history")).ToContainTextAsync("displayName");
        Assert.That(Page.Url, Does.EndWith(zoe.ToString()));
    }

    [Test]
    public async Task All_means_also_those_whom_the_application_does_not_know()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await entra.CreateGroupAsync("Inside", await entra.CreateAsync("inside@example.com", "Inside"));
        var (status, answer) = await Server.Send(
            HttpMethod.Put,
            $"/connections/{connection}/scope",
            """{"mode":"groups","groups":[{"name":"Inside"}]}"""
        );
        Assert.That(status, Is.EqualTo(200), $"{answer}");
        await entra.CreateAsync("outside@example.com", "Outside");
        await Released(connection, 1);

        await OpenPortal(organization, $"/connections/{connection}/users");
        await Assertions.Expect(Page.Locator("#people tbody tr")).ToHaveCountAsync(2);
        await Assertions
            .Expect(Page.Locator("#people tr", new() { HasText = "outside@example.com" }).Locator(".badge"))
            .ToHaveTextAsync("out of scope");
        await Page.GetByLabel("Search").FillAsync("outs");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page.Locator("#people tbody tr")).ToHaveCountAsync(1);
        await Page.GetByLabel("Search").FillAsync("");
        await Page.GetByLabel("Status").SelectOptionAsync("out_of_scope");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(Page.Locator("#people tbody tr")).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Outside", Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator(".notice")).ToContainTextAsync("does not see this person");
    }

    [Test]
    public async Task All_people_of_a_large_list_come_page_by_page_and_each_of_them_once()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        await Import(connection, [.. Enumerable.Range(0, 50).Select(n => ($"known{n}@example.com", $"Known {n}"))]);
        await Server.Send(HttpMethod.Put, $"/connections/{connection}/scope", """{"mode":"groups","groups":[{"name":"Nobody"}]}""");
        await entra.CreateAsync("a@example.com", "Unknown a");
        await entra.CreateAsync("b@example.com", "Unknown b");
        await OpenPortal(organization, $"/connections/{connection}/users");
        var seen = new List<string>();
        for (var more = true; more; )
        {
            seen.AddRange(await Page.Locator("#people tbody th").AllInnerTextsAsync());
            var next = Page.GetByRole(AriaRole.Link, new() { Name = "Next page" });
            if (more = await next.CountAsync() > 0)
                await Page.GotoAsync((await next.GetAttributeAsync("href"))!);
        }

        Assert.That(seen, Is.Unique.And.Count.EqualTo(52));
    }

    [Test]
    public async Task Somebody_who_is_here_twice_is_merged()
    {
        var (organization, connection, entra) = await NewDirectory();
        await Import(connection, ("zoe@example.com", "Zoe of old"));
        await entra.CreateAsync("zoe@example.com", "Zoe");
        await OpenPortal(organization, $"/connections/{connection}/users");
        await Assertions.Expect(Page.GetByText("local", new() { Exact = true })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Zoe", Exact = true }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Merge Zoe of old into this person" })).ToBeVisibleAsync();
        await MustBeAccessible();

        await Page.GotoAsync($"/portal/connections/{connection}/users/duplicates");
        await MustBeAccessible();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Merge Zoe of old into Zoe" }).ClickAsync();

        await Assertions.Expect(Heading).ToHaveTextAsync("Zoe");
        await Assertions.Expect(Page.GetByText("appOf zoe@example.com", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Test]
    public async Task A_group_shows_its_members_and_its_roles_and_an_empty_one_a_hint()
    {
        var (organization, connection, entra) = await NewDirectory();
        var group = await entra.CreateGroupAsync(Script);
        await OpenPortal(organization, $"/connections/{connection}/groups");
        await Assertions.Expect(Page.Locator("#groups")).ToContainTextAsync("nested or dynamic?");
        await MustBeAccessible();
        await Page.GetByRole(AriaRole.Link, new() { Name = Script }).ClickAsync();
        await Assertions.Expect(Page.Locator(".notice")).ToContainTextAsync("nested or dynamic?");
        await MustBeAccessible();

        var zoe = await entra.CreateAsync("zoe@example.com", "Zoe");
        await entra.AddMemberAsync(group, zoe);

        await Page.Locator("#members").GetByRole(AriaRole.Link, new() { Name = "Zoe" }).ClickAsync();
        await Page.Locator("#groups").GetByRole(AriaRole.Link, new() { Name = Script }).ClickAsync();
        await Assertions.Expect(Page.Locator("#history")).ToContainTextAsync("came: 1");
        Assert.That(await Page.EvaluateAsync<bool>("window.isTaken === undefined"), Is.True);
    }

    [Test]
    public async Task A_group_within_a_group_is_shown_and_brings_nobody_along()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        var inner = await entra.CreateGroupAsync("Inner", await entra.CreateAsync("zoe@example.com", "Zoe"));
        var outer = await entra.CreateGroupAsync("Outer", inner);
        await Released(connection, 1);
        await OpenPortal(organization, $"/connections/{connection}/groups/{outer}");

        await Assertions.Expect(Page.Locator("#members")).ToContainTextAsync("Inner");
        await Assertions.Expect(Page.Locator("#members")).ToContainTextAsync("who is in it is not added");
        await Assertions.Expect(Page.Locator("#members")).Not.ToContainTextAsync("Zoe");
        await Page.Locator("#group a").ClickAsync();
        await Assertions.Expect(Page.Locator(".lines > li").First).ToContainTextAsync("PATCH Group");
    }

    /// <summary>Alone, since the roles are those of all connections.</summary>
    [Test, NonParallelizable]
    public async Task A_role_comes_and_goes_with_the_membership_while_somebody_looks()
    {
        var (organization, connection, entra) = await NewDirectory();
        using var _ = entra;
        var zoe = await entra.CreateAsync("zoe@example.com", "Zoe");
        var group = await entra.CreateGroupAsync("Admins");
        var roles = (await Get("/roles"))["roles"]!.AsArray();
        var key = "r" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        roles.Add(
            new JsonObject
            {
                ["key"] = key,
                ["name"] = "Admin",
                ["priority"] = 1,
            }
        );
        await Put("/roles", new JsonObject { ["roles"] = roles.DeepClone() });
        var given = new JsonObject
        {
            ["group"] = new JsonObject { ["id"] = group },
            ["role"] = key,
        };
        await Put($"/connections/{connection}/role-mappings", new JsonObject { ["mode"] = "all", ["groups"] = new JsonArray(given) });
        await Released(connection, 1);
        await OpenPortal(organization, $"/connections/{connection}/users/{zoe}");
        await Assertions.Expect(Page.Locator("#roles")).ToContainTextAsync("No role.");

        await entra.AddMemberAsync(group, zoe);
        await Assertions.Expect(Page.Locator("#roles")).ToContainTextAsync(key);
        await Assertions.Expect(Page.Locator("#roles").GetByRole(AriaRole.Link, new() { Name = "Admins" })).ToBeVisibleAsync();
        await entra.RemoveMemberAsync(group, zoe);
        await Assertions.Expect(Page.Locator("#roles")).ToContainTextAsync("No role.");
    }

    [Test]
    public async Task An_id_of_another_connection_is_not_found_and_cannot_be_changed()
    {
        var (_, theirs, entra) = await NewDirectory("Theirs");
        var (person, group) = (await entra.CreateAsync("secret@example.com", "Secret"), await entra.CreateGroupAsync("Secret"));
        await Wait.UntilAsync(
            async () => (await Count($"/users?connectionId={theirs}"), await Count($"/connections/{theirs}/runs")) is (1, 1),
            "The person is released and the run is there."
        );
        var run = (await Server.Send(HttpMethod.Get, $"/connections/{theirs}/runs")).Body!["data"]![0]!["id"];
        var shown = (await Server.Send(HttpMethod.Get, $"/users?connectionId={theirs}")).Body!["data"]![0]!["id"];
        var (ours, mine, _) = await NewDirectory();
        var sibling = await NewConnection(ours);
        await OpenPortal(ours);

        foreach (var connection in (Guid[])[theirs, mine, sibling])
        foreach (var page in (string[])[$"users/{person}", $"users/{shown}", $"groups/{group}", $"activity/runs/{run}"])
        {
            var answer = await Page.GotoAsync($"/portal/connections/{connection}/{page}");
            Assert.That(answer!.Status, Is.EqualTo(404), page);
            Assert.That(await Page.ContentAsync(), Does.Not.Contain("Secret"), page);
        }
    }

    [Test]
    public async Task A_link_that_may_only_look_is_refused_whatever_it_posts()
    {
        var (organization, connection, entra) = await NewDirectory();
        var id = await entra.CreateAsync("zoe@example.com", "Zoe");
        await OpenPortal(organization, "/connections", ("readOnly", JsonValue.Create(true)));
        (string Page, string Form)[] forms =
        [
            ("setup?step=credentials", "token"),
            ("tokens", "change"),
            ("settings", "state"),
            ("disconnect", "disconnect"),
            ("sync", "resend"),
            ("support", "new"),
            ("support", "revoke"),
            ($"users/{id}", "restore"),
            ("users/duplicates", "merge"),
        ];

        foreach (var (page, form) in forms)
        {
            await Page.GotoAsync($"/portal/connections/{connection}/{page}");
            Assert.That(await Page.GetByText(form == "new" ? "Make a link" : "Reactivate").CountAsync(), Is.Zero);
            var status = await Page.EvaluateAsync<int>(
                """
                async form => {
                    const token = document.querySelector("[name=__RequestVerificationToken]").value;
                    const body = new URLSearchParams({ _handler: form, __RequestVerificationToken: token });
                    return (await fetch(location.href, { method: "POST", body })).status;
                }
                """,
                form
            );
            Assert.That(status, Is.InRange(400, 409), page);
        }
        var (_, log) = await Server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection}");
        Assert.That(log!.ToJsonString(), Does.Not.Contain("portal:"));
    }

    static async Task Put(string path, JsonObject body) =>
        Assert.That((await Server.Send(HttpMethod.Put, path, body.ToJsonString())).Status, Is.InRange(200, 299), path);

    static async Task<int> Count(string path) => (await Server.Send(HttpMethod.Get, path)).Body!["data"]!.AsArray().Count;
}
