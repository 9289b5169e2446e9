using System.Net;
using System.Text.Json.Nodes;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Support.Instructions;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Support;

/// <summary>The sheet for the administrator of an identity provider.</summary>
[TestFixture, Parallelizable]
sealed class InstructionTests
{
    [Test]
    public void Every_language_has_the_same_steps_for_every_provider_and_no_gap_is_left(
        [ValueSource(typeof(ConnectionRules), nameof(ConnectionRules.Providers))] string provider
    )
    {
        var sheets = InstructionSheet
            .Languages.Select(language => InstructionSheet.For(language, provider, "Acme", "https://scim.example.com/scim/v2/con-1"))
            .ToList();

        Assert.That(
            sheets.Select(sheet => string.Join(' ', sheet.Sections.Select(section => $"{section.Step}:{section.Lines.Count}"))).Distinct(),
            Has.Exactly(1).Items
        );
        foreach (var sheet in sheets.Select(sheet => sheet.ToMarkdown()))
        {
            Assert.That(sheet, Does.Contain("https://scim.example.com/scim/v2/con-1").And.Contains("**Acme**").And.Not.Contains("{"));
            Assert.That(sheet.Split("**"), Has.Length.Matches<int>(parts => parts % 2 == 1), "Each ** has its other.");
        }
    }

    [TestCase("entra", "Create your own application", "Tenant URL", "Secret Token", "Provision on demand")]
    [TestCase("okta", "Create App Integration", "SCIM connector base URL", "HTTP Header", "Test Connector Configuration", "Push Groups")]
    [TestCase("onelogin", "SCIM Provisioner with SAML (SCIM v2 Enterprise)", "SCIM Bearer Token", "API Status", "Pending", "Approve")]
    [TestCase("jumpcloud", "Export users to this app (Identity Management)", "Token Key", "Test User Email", "Activate", "User Groups")]
    [TestCase("ping", "SCIM Outbound", "SCIM Base URL", "OAuth 2 Bearer Token", "OAuth Access Token", "User Filter")]
    [TestCase("custom", "Base URL", "Bearer token")]
    public void The_sheet_has_the_words_of_the_identity_provider(string provider, params string[] words)
    {
        foreach (var language in InstructionSheet.Languages)
        {
            var text = InstructionSheet.For(language, provider, "Acme", "https://scim.example.com/scim/v2/con-1").ToMarkdown();
            foreach (var word in words)
                Assert.That(text, Does.Contain($"**{word}**"), language);
        }
    }

    [Test]
    public void Own_lines_of_an_identity_provider_are_for_a_step_that_its_sheet_has(
        [ValueSource(typeof(InstructionSheet), nameof(InstructionSheet.Languages))] string language
    )
    {
        var texts = JsonNode.Parse(File.ReadAllText(ProjectFolder.Find($"src/ScimProvisioning/Support/Instructions/{language}.json")))!;
        foreach (var (provider, own) in texts["providers"]!.AsObject())
        {
            var steps = InstructionSheet.For(language, provider, "Acme", "https://scim.example.com").Sections.Select(s => s.Step);
            Assert.That(own!["lines"]?.AsObject().Select(line => line.Key).Except(steps) ?? [], Is.Empty, provider);
        }
    }

    [Test]
    public async Task The_sheet_has_the_names_of_Entra_and_no_token()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();

        using var answer = await server.Admin.GetAsync(
            new Uri($"/api/v1/connections/{connection.Id}/instructions?format=md", UriKind.Relative)
        );

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/markdown; charset=utf-8"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(text, Does.Contain("**Tenant URL**").And.Contains("**Secret Token**").And.Contains(connection.Key));
        Assert.That(text, Does.Not.Contain(connection.Token));
        Assert.That((await server.Send(HttpMethod.Get, $"/connections/{connection.Id}/instructions?format=pdf")).Status, Is.EqualTo(400));
        Assert.That((await server.Send(HttpMethod.Get, $"/connections/{Guid.Empty}/instructions")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_sheet_of_each_identity_provider_has_the_address_and_no_token()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();

        foreach (var provider in ConnectionRules.Providers)
        {
            await server.Send(HttpMethod.Patch, $"/connections/{connection.Id}", $$"""{"provider":"{{provider}}"}""");
            foreach (var language in InstructionSheet.Languages)
            {
                var path = $"/api/v1/connections/{connection.Id}/instructions?lang={language}";
                var text = await server.Admin.GetStringAsync(new Uri(path, UriKind.Relative));
                Assert.That(text, Does.Contain(InstructionSheet.For(language, provider, "", "").Token).And.Contains(connection.Key));
                Assert.That(text, Does.Not.Contain(connection.Token));
            }
        }
    }
}
