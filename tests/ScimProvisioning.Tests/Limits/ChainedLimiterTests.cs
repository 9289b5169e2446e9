using System.Threading.RateLimiting;
using ScimProvisioning.Api;

namespace ScimProvisioning.Tests.Limits;

[TestFixture, Parallelizable]
sealed class ChainedLimiterTests
{
    [Test]
    public void What_is_chained_ends_with_the_chain()
    {
        using var inner = PartitionedRateLimiter.Create<int, int>(_ => RateLimitPartition.GetNoLimiter(0));
        var chain = new ChainedLimiter<int>(inner);
        Assert.That(chain.Limiter.AttemptAcquire(1).IsAcquired);

        chain.Dispose();

        Assert.Throws<ObjectDisposedException>(() => inner.AttemptAcquire(1));
    }
}
