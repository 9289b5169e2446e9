namespace Scim.Tests.Schemas;

public sealed class CaseFoldingTests
{
    [TestCase("Ada@Contoso.COM", "ada@contoso.com")]
    [TestCase("ÄÖÜ ÉÈ ΑΒΓ ЖЯ", "äöü éè αβγ жя")]
    [TestCase("ß 日本 😀 123", "ß 日本 😀 123")]
    public void Text_is_folded_without_a_culture(string text, string folded) => Assert.That(CaseFolding.Fold(text), Is.EqualTo(folded));

    [TestCase("a", "b", -1)]
    [TestCase("b", "a", 1)]
    [TestCase("a", "a", 0)]
    [TestCase("a", "ab", -1)]
    [TestCase("", "a", -1)]
    [TestCase("Z", "a", -1)]
    [TestCase("z", "é", -1)]
    [TestCase("\uffee", "😀", -1)]
    [TestCase("😀", "\uffee", 1)]
    [TestCase("😀", "😁", -1)]
    public void Text_is_ordered_by_code_point(string left, string right, int order) =>
        Assert.That(Math.Sign(CaseFolding.CompareOrdinal(left, right)), Is.EqualTo(order));
}
