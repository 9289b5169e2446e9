using System.Text;
using Microsoft.Extensions.Time.Testing;
using ScimProvisioning.Client;

namespace ScimProvisioning.Tests.Clients;

/// <summary>Signatures by Standard Webhooks 1.0.0, with the example that its libraries are tested with.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class WebhookSignatureTests
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const string Other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const long Sent = 1614265330;
    const string Body = """{"test": 2432232314}""";
    const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    [Test]
    public void The_signature_is_that_of_the_standard() =>
        Assert.That(
            WebhookSignature.Sign(Secret, Id, DateTimeOffset.FromUnixTimeSeconds(Sent), Encoding.UTF8.GetBytes(Body)),
            Is.EqualTo(Signature)
        );

    [TestCase(Signature, WebhookVerdict.Valid)]
    [TestCase("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= " + Signature, WebhookVerdict.Valid, Description = "the last of several")]
    [TestCase(Signature + " v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", WebhookVerdict.Valid, Description = "the first of several")]
    [TestCase(
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== " + Signature,
        WebhookVerdict.Valid
    )]
    [TestCase("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", WebhookVerdict.BadSignature)]
    [TestCase("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerdict.BadSignature, Description = "another version")]
    [TestCase("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerdict.BadSignature, Description = "no version")]
    [TestCase("v1,", WebhookVerdict.BadSignature)]
    [TestCase("v1,ü", WebhookVerdict.BadSignature)]
    [TestCase("", WebhookVerdict.BadHeader)]
    [TestCase(null, WebhookVerdict.BadHeader)]
    public void A_message_with_these_signatures_is(string? signatures, WebhookVerdict verdict) =>
        Assert.That(Verify(new(Id, $"{Sent}", signatures)), Is.EqualTo(verdict));

    [TestCase("1614265330", 0, WebhookVerdict.Valid)]
    [TestCase("1614265330", 300, WebhookVerdict.Valid)]
    [TestCase("1614265330", 301, WebhookVerdict.TooOld)]
    [TestCase("1614265330", -300, WebhookVerdict.Valid)]
    [TestCase("1614265330", -301, WebhookVerdict.TooNew)]
    [TestCase("1614265330.5", 0, WebhookVerdict.BadHeader)]
    [TestCase("+1614265330", 0, WebhookVerdict.BadHeader)]
    [TestCase("now", 0, WebhookVerdict.BadHeader)]
    [TestCase("99999999999999999999", 0, WebhookVerdict.BadHeader)]
    [TestCase(null, 0, WebhookVerdict.BadHeader)]
    public void A_message_of_this_time_is(string? timestamp, int secondsLater, WebhookVerdict verdict) =>
        Assert.That(Verify(new(Id, timestamp, Signature), secondsLater: secondsLater), Is.EqualTo(verdict));

    [TestCase("msg_another", Body)]
    [TestCase(Id, """{"test": 2432232315}""")]
    [TestCase(Id, "")]
    public void A_message_that_was_changed_is_not_valid(string id, string body) =>
        Assert.That(Verify(new(id, $"{Sent}", Signature), body), Is.EqualTo(WebhookVerdict.BadSignature));

    [Test]
    public void A_message_without_an_id_is_not_valid() =>
        Assert.That(Verify(new(null, $"{Sent}", Signature)), Is.EqualTo(WebhookVerdict.BadHeader));

    [TestCase(Secret, WebhookVerdict.Valid)]
    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", WebhookVerdict.Valid, Description = "without its prefix")]
    [TestCase(Other, WebhookVerdict.BadSignature)]
    [TestCase(Other + " " + Secret, WebhookVerdict.Valid, Description = "while one takes the other's place")]
    [TestCase(Secret + " " + Other, WebhookVerdict.Valid)]
    public void Any_secret_that_is_in_use_will_do(string secrets, WebhookVerdict verdict) =>
        Assert.That(Verify(new(Id, $"{Sent}", Signature), secrets: secrets.Split(' ')), Is.EqualTo(verdict));

    [TestCase("whsec_not base64!")]
    [TestCase("whsec_")]
    [TestCase("")]
    public void A_secret_that_is_none_is_an_error_and_not_a_wrong_signature(string secret) =>
        Assert.That(
            () => Verify(new(Id, $"{Sent}", Signature), secrets: secret.Length == 0 ? [] : [secret]),
            Throws.InstanceOf<FormatException>().Or.InstanceOf<ArgumentException>()
        );

    static WebhookVerdict Verify(WebhookHeaders headers, string body = Body, int secondsLater = 0, string[]? secrets = null) =>
        WebhookSignature.Verify(
            secrets ?? [Secret],
            headers,
            Encoding.UTF8.GetBytes(body),
            clock: new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(Sent + secondsLater))
        );
}
