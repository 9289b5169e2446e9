using Microsoft.Extensions.Configuration;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>When traces and metrics are made at all.</summary>
[TestFixture, Parallelizable]
sealed class TelemetrySettingsTests
{
    [TestCase("", false)]
    [TestCase("OTEL_SERVICE_NAME=scim", false)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", true)]
    [TestCase("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://collector:4317", true)]
    [TestCase("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://collector:4317", false)]
    [TestCase("OTEL_TRACES_EXPORTER=otlp", true)]
    [TestCase("OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", false)]
    [TestCase("OTEL_SDK_DISABLED=true OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", false)]
    public void Traces_are_sent_when_the_standard_variables_say_so(string variables, bool sent) =>
        Assert.That(Telemetry.IsSent(Configuration(variables), "TRACES"), Is.EqualTo(sent));

    [TestCase("", false)]
    [TestCase("Metrics:Port=9464", true)]
    [TestCase("Metrics:WithAdminKey=true", true)]
    [TestCase("Metrics:ConnectionLabel=true", false)]
    public void Metrics_are_served_only_when_a_place_is_given(string settings, bool served) =>
        Assert.That(MetricsOptions.Read(Configuration(settings)).AreServed, Is.EqualTo(served));

    [TestCase("Metrics:Port=65536", "Metrics__Port must be a whole number, 0 to 65535; it is '65536'.")]
    [TestCase("Metrics:WithAdminKey=yes", "Metrics__WithAdminKey must be true or false; it is 'yes'.")]
    public void A_wrong_setting_is_named(string settings, string complaint) =>
        Assert.That(
            () => MetricsOptions.Read(Configuration(settings)),
            Throws.InstanceOf<StartupException>().With.Message.EqualTo(complaint)
        );

    [Test]
    public async Task Without_a_setting_there_are_no_metrics()
    {
        await using var server = new ScimServer();
        using var admin = server.ClientWith(ScimServer.AdminKey);

        Assert.That((int)(await admin.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode, Is.EqualTo(404));
    }

    static IConfiguration Configuration(string settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(setting => setting.Split('=', 2))
                    .ToDictionary(setting => setting[0], setting => (string?)setting[1])
            )
            .Build();
}
