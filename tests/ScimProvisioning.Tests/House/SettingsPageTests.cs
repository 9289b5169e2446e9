using System.Reflection;
using ScimProvisioning.Activity;
using ScimProvisioning.Auth.Entra;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Events.Webhooks;
using ScimProvisioning.Hosting;
using ScimProvisioning.Http.RateLimiting;

namespace ScimProvisioning.Tests.House;

/// <summary>docs/configuration.md lists every setting of the server.</summary>
[TestFixture, Parallelizable]
sealed class SettingsPageTests
{
    static readonly string Page = File.ReadAllText(ProjectFolder.Find("docs/configuration.md"));

    static readonly (string Section, Type Options)[] Sections =
    [
        ("Tokens", typeof(SigningKeys)),
        ("Entra", typeof(EntraOptions)),
        ("OutgoingRequests", typeof(OutgoingRequests)),
        ("Retention", typeof(Retention)),
        ("Activity", typeof(ActivityOptions)),
        ("Webhooks", typeof(WebhookOptions)),
        ("Metrics", typeof(MetricsOptions)),
        ("Portal", typeof(PortalOptions)),
        ("Portal__OpenIdConnect", typeof(OperatorSignIn)),
        ("Limits", typeof(RateLimits)),
        ("Embedded", typeof(EmbeddedPostgresOptions)),
    ];

    // For tests only, or not meant to be set by itself.
    static readonly string[] Left = ["Embedded__SearchDirectories"];

    static IEnumerable<string> Settings =>
        Sections
            .SelectMany(section =>
                section
                    .Options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(property => property.SetMethod is { IsPublic: true })
                    .Select(property => $"{section.Section}__{property.Name}")
            )
            .Append("Swagger__Enabled")
            .Concat(SecretFiles.Keys.Select(SecretFiles.Variable))
            .Except(Left);

    // So that a server names a misspelt setting, and does not name one of ours.
    [TestCaseSource(nameof(Settings))]
    public void Each_setting_is_known_to_the_check_of_names(string setting) =>
        Assert.That(KnownSettings.Keys.Select(key => SecretFiles.Variable(key.TrimEnd(':'))), Does.Contain(setting));

    [TestCaseSource(nameof(Settings))]
    public void Each_setting_is_on_the_page(string setting) =>
        Assert.That(Page, Does.Contain($"`{setting}"), $"Add a row for {setting} to docs/configuration.md.");
}
