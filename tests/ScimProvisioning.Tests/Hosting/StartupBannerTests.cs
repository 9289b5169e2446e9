using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

[TestFixture, Parallelizable]
sealed class StartupBannerTests
{
    [Test]
    public void A_generated_admin_key_is_part_of_the_commands()
    {
        var banner = StartupBanner.Text(["http://localhost:5000"], null, "/data", "(shown once)", "the-key");

        Assert.That(
            banner,
            Does.Contain("http://localhost:5000/api/v1/connections -H \"Authorization: Bearer the-key\"")
                .And.Contain("""-d '{"name":"Acme"}'""")
                .And.Contain("""-d '{"label":"Entra"}'""")
                .And.Contain("curl -s -X POST http://localhost:5000/api/v1/connections/$ID/enable")
                .And.Contain("/data")
        );
    }

    [Test]
    public void A_key_of_an_earlier_start_is_a_variable() =>
        Assert.That(
            StartupBanner.Text(["http://localhost:5000"], null, "/data", "(given)", "$ADMIN_KEY"),
            Does.Contain("Bearer $ADMIN_KEY")
        );

    [TestCase("http://[::]:8080")]
    [TestCase("http://0.0.0.0:8080")]
    [TestCase("http://+:8080")]
    public void An_address_that_means_any_is_called_as_localhost(string address) =>
        Assert.That(
            StartupBanner.Text([address], null, "/data", "(given)", "$ADMIN_KEY"),
            Does.Contain("curl -s http://localhost:8080/api/v1/connections/$ID/tokens")
        );
}
