using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ScimProvisioning.Tests.Webhooks;

namespace ScimProvisioning.Tests.Portal;

/// <summary>What operators do at the console, from the first page to the last.</summary>
abstract class OperatorFlowTest : VisitorTest
{
    [Test]
    public async Task An_operator_makes_a_webhook_and_a_key_and_reads_of_it_in_the_audit_log()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var name = $"Hooks {Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
        await NewOrganization(name);
        await SignIn();
        await Press("Webhooks");
        await Press("New endpoint");
        await See(Heading, "New endpoint");
        // As if there were many: other tests make some, too.
        await Page.GotoAsync($"{Page.Url}?q={name}");
        await Fill("Address", receiver.Url);
        await Choose("Organization", name);
        await Choose("Payload", "thin");
        await Press("Create");
        Assert.That(await Value("Signing secret"), Does.StartWith("whsec_"));
        await Press("I have copied it");
        await Press("Send a test event");
        await See(Page.Locator("main"), "The test event was taken");
        await Press(Page.Locator("summary", new() { HasText = "New secret" }));
        await Press("New secret, beside the old one");
        Assert.That(await Value("Signing secret"), Does.StartWith("whsec_"));
        await Press("Disable");
        await See(Page.Locator("main dl .badge").First, "disabled");
        await Press("Count");
        await See(Page.Locator("main"), "Events to be sent again");
        await Fill($"Type {receiver.Url} to confirm", receiver.Url);
        await Press("Delete the endpoint");
        await See(Heading, "Webhooks");

        var label = $"Robot {Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
        await Press("Admin keys");
        await Fill("Name", label);
        await Choose("Scope", "read");
        await Choose("Organization", "All organizations");
        await Press("Create");
        Assert.That(await Value("Admin key"), Is.Not.Empty);
        await Press(Page.Locator("tr", new() { HasText = label }).Locator("summary"));
        await Press($"Revoke the key {label}");
        await See(Page.Locator("tr", new() { HasText = label }), "revoked");
        await Press("Audit log");
        await Choose("Action", "admin_key.revoked");
        await Press("Show");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("action=admin_key.revoked"));
        await Press(Page.Locator(".lines summary").First);
        await Assertions.Expect(Page.Locator(".lines pre").First).ToBeVisibleAsync();
        await Press("Sign out");
        await See(Heading, "You are signed out");
    }

    [Test]
    public async Task An_operator_makes_an_organization_its_first_connection_and_a_link_that_is_revoked()
    {
        var name = $"Contoso {Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
        await SignIn();
        await Press("Organizations");
        await Press("New organization");
        await Press("Create");
        await See(Page.Locator("#name-help"), "Must not be empty.");
        await Fill("Name", name);
        await Fill("External id", name);
        await Press("Create");
        await See(Heading, "The organization is there");
        await Press("First connection");
        await See(Page.Locator("main"), name);
        await Fill("Name", "Entra");
        await Press("Create");
        await See(Heading, "The connection is there");

        await Press("Portal links");
        await Press("New portal link");
        await See(Heading, "New portal link");
        await Page.GotoAsync($"{Page.Url}?q={name}");
        await Choose("Organization", name);
        await Press("Go on");
        await Choose("What it shows", "only Entra");
        await Choose("Rights", "read only");
        await Choose("Can be used", "several times");
        await Choose("Good for", "30 days");
        await Press("Create");
        await See(Page.Locator("#expiresInMinutes-help"), "7 days");
        await Choose("Good for", "7 days");
        await Press("Create");
        var url = await Value("Link");
        await Press("I have copied it");
        await See(Page.Locator("tbody tr"), "can be opened");
        Assert.That(await Page.ContentAsync(), Does.Contain(name).And.Not.Contain(url));
        await Press(Page.Locator("tbody summary"));
        await Press($"Revoke the link of {name}");
        await See(Page.Locator("tbody tr"), "revoked");
        Assert.That((await Page.GotoAsync(url))!.Status, Is.EqualTo(410));
    }
}
