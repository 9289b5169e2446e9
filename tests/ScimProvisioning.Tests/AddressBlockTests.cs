namespace ScimProvisioning.Tests;

/// <summary>Every address and network block is stored in one spelling; any other text is refused.</summary>
[TestFixture, Parallelizable]
sealed class AddressBlockTests
{
    [TestCase("192.0.2.7", "192.0.2.7/32")]
    [TestCase("192.0.2.7/24", "192.0.2.0/24")]
    [TestCase("192.0.2.7/0", "0.0.0.0/0")]
    [TestCase("10.255.255.255/9", "10.128.0.0/9")]
    [TestCase("2001:DB8::1", "2001:db8::1/128")]
    [TestCase("2001:db8:ffff::/33", "2001:db8:8000::/33")]
    [TestCase("::/0", "::/0")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7/32")]
    [TestCase("::ffff:192.0.2.7/120", "192.0.2.0/24")]
    public void An_address_or_block_has_one_spelling(string given, string stored)
    {
        Assert.That(AddressBlock.Normalise(given), Is.EqualTo(stored));
        Assert.That(AddressBlock.Normalise(stored), Is.EqualTo(stored));
        Assert.That(System.Net.IPNetwork.Parse(stored).ToString(), Is.EqualTo(stored));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("10")]
    [TestCase("10.1")]
    [TestCase("010.0.0.1")]
    [TestCase("0x0a.0.0.1")]
    [TestCase(" 10.0.0.1")]
    [TestCase("10.0.0.1:80")]
    [TestCase("10.0.0.1/33")]
    [TestCase("10.0.0.1/-1")]
    [TestCase("10.0.0.1/")]
    [TestCase("10.0.0.1/8/8")]
    [TestCase("10.0.0.1/255.0.0.0")]
    [TestCase("2001:db8::/129")]
    [TestCase("[2001:db8::1]")]
    [TestCase("fe80::1%eth0")]
    [TestCase("example.com")]
    public void Any_other_text_is_refused(string? given) => Assert.That(AddressBlock.Normalise(given), Is.Null);
}
