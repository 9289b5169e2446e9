using ScimProvisioning.Events.Webhooks;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>The waits between attempts.</summary>
[TestFixture, Parallelizable]
sealed class RetryLadderTests
{
    // Attempts so far, seconds asked for, and the wait without and with the largest jitter, in seconds.
    [TestCase(1, null, 5, 5.5)]
    [TestCase(2, null, 300, 330)]
    [TestCase(3, null, 1_800, 1_980)]
    [TestCase(4, null, 7_200, 7_920)]
    [TestCase(5, null, 18_000, 19_800)]
    [TestCase(6, null, 36_000, 39_600)]
    [TestCase(7, null, 50_400, 55_440)]
    [TestCase(8, null, 72_000, 79_200)]
    [TestCase(9, null, 86_400, 95_040)]
    [TestCase(10, null, 86_400, 95_040)]
    [TestCase(99, null, 86_400, 95_040)]
    [TestCase(2, 400, 400, 440)]
    [TestCase(2, 10, 300, 330)]
    [TestCase(2, 100_000, 600, 660)]
    [TestCase(2, -5, 300, 330)]
    public void Each_step_is_longer_and_jitter_only_adds(int tried, int? retryAfter, double least, double most)
    {
        var answer = new WebhookAnswer(503, "", null, retryAfter is { } s ? TimeSpan.FromSeconds(s) : null, false, TimeSpan.Zero);

        Assert.That(RetryLadder.After(tried, answer, 0).TotalSeconds, Is.EqualTo(least).Within(0.001));
        Assert.That(RetryLadder.After(tried, answer, 1).TotalSeconds, Is.EqualTo(most).Within(0.001));
    }

    [TestCase(429, false, 60)]
    [TestCase(null, true, 60)]
    [TestCase(500, false, 5)]
    public void A_receiver_that_has_too_much_to_do_gets_a_minute(int? status, bool timedOut, double seconds) =>
        Assert.That(
            RetryLadder.After(1, new WebhookAnswer(status, "", null, null, timedOut, TimeSpan.Zero), 0).TotalSeconds,
            Is.EqualTo(seconds)
        );
}
