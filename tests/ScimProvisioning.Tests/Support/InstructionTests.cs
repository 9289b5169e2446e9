using System.Net;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Support.Instructions;

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
}
