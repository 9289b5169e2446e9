using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Whatever an identity provider sends is shown as text.</summary>
[TestFixture]
sealed partial class MarkupTests : PortalTest
{
    /// <summary>By its address, without ids, what a page shows of what was sent.</summary>
    static readonly Dictionary<string, string[]> Shown = new()
    {
        ["connections/*/users"] = ["displayName", "userName", "value"],
        ["connections/*/users/*"] =
        [
            "displayName",
            "userName",
            "value",
            "title",
            "streetAddress",
            "department",
            "group",
            "externalId",
            "other",
        ],
        ["connections/*/users/duplicates"] = ["value", "displayName"],
        ["connections/*/groups"] = ["group"],
        ["connections/*/groups/*"] = ["group", "groupId", "displayName", "userName"],
        ["connections/*/mapping"] = ["title", "department", "userType", "locality", "externalId"],
        ["connections/*/scope"] = ["group"],
        ["connections/*/roles"] = ["group"],
        ["connections/*/plans/*"] = ["displayName", "userName"],
        ["connections/*/activity/requests"] = ["userName", "group", "filter", "externalId", "agent", "costCenter"],
        ["connections/*/activity/logins"] = ["agent"],
        ["connections/*/why?q=userName"] = ["userName", "displayName"],
        ["connections/*/setup?step=user"] = ["userName"],
        ["webhooks"] = ["description"],
    };

    /// <summary>Alone, since the roles are those of all connections.</summary>
    [Test, NonParallelizable]
    public async Task What_an_identity_provider_sends_is_text_on_each_page_of_customers_and_operators()
    {
        var portal = await FilledPortal.CreateAsync();
        var roles = (await Get("/roles"))["roles"]!.AsArray();
        if (roles.Count == 0)
            roles.Add(
                new JsonObject
                {
                    ["key"] = "editor",
                    ["name"] = "Editor",
                    ["priority"] = 10,
                }
            );
        Assert.That(
            (await Server.Send(HttpMethod.Put, "/roles", new JsonObject { ["roles"] = roles.DeepClone() }.ToJsonString())).Status,
            Is.EqualTo(200)
        );

        await SignInAsOperator();
        foreach (var page in portal.Pages)
            await MustBeText(page);
        await OpenPortal(portal.Organization);
        foreach (var page in portal.Pages.Where(page => page.Contains(portal.Connection.ToString(), StringComparison.Ordinal)))
            if (!page.EndsWith("/purge", StringComparison.Ordinal))
                await MustBeText(page);
    }

    async Task MustBeText(string page)
    {
        await Page.GotoAsync(page);
        var found = await Page.EvaluateAsync<string[]>(
            """
            () => {
                document.querySelectorAll("details").forEach(details => (details.open = true));
                return [
                    document.body.textContent + [...document.querySelectorAll("input, option")].map(field => field.value).join(" "),
                    [...document.querySelectorAll("[onerror], [src=x], script:not([src])")].map(element => element.outerHTML).join(" "),
                    `${window.hacked}`,
                ];
            }
            """
        );

        Assert.That((found[1], found[2]), Is.EqualTo(("", "undefined")), page);
        var name = Id().Replace(page, "*")["/portal/".Length..];
        foreach (
            var (_, fields) in Shown.Where(shown =>
                name == shown.Key || (shown.Key.Contains('?') && name.StartsWith(shown.Key, StringComparison.Ordinal))
            )
        )
        foreach (var field in fields)
            Assert.That(found[0], Does.Contain(field + FilledPortal.Script), page);
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
