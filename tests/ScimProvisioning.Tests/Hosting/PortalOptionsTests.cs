namespace ScimProvisioning.Tests.Hosting;

/// <summary>What the portal cannot work with stops the start, with what to change.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class PortalOptionsTests
{
    [Test]
    public void A_frame_needs_https_since_browsers_send_it_no_cookie_otherwise()
    {
        var options = new PortalOptions { FrameOrigins = ["https://app.example.com"] };

        Assert.That(() => options.Check(isHttps: true), Throws.Nothing);
        Assert.That(
            () => options.Check(isHttps: false),
            Throws.InstanceOf<StartupException>().With.Message.StartsWith("Portal__FrameOrigins needs a PublicUrl that begins with https")
        );
    }
}
