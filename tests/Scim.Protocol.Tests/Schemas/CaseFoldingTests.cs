namespace Scim.Tests.Schemas;

public sealed class CaseFoldingTests
{
    [TestCase("Ada@Contoso.COM", "ada@contoso.com")]
    [TestCase("ÄÖÜ ÉÈ ΑΒΓ ЖЯ", "äöü éè αβγ жя")]
    [TestCase("ß 日本 😀 123", "ß 日本 😀 123")]
    public void Text_is_folded_without_a_culture(string text, string folded) => Assert.That(CaseFolding.Fold(text), Is.EqualTo(folded));

    [Test]
    public void A_document_is_folded_in_names_and_texts() =>
        Assert.That(CaseFolding.Fold(Wire.Json("""{"Name":{"GivenName":"ADA"},"Emails":[{"Value":"A@B"},"X",5,true,null],"n":1.5}""")),
            Wire.EqualJson("""{"name":{"givenname":"ada"},"emails":[{"value":"a@b"},"x",5,true,null],"n":1.5}"""));

    [Test]
    public void Of_names_that_fold_alike_the_first_is_kept() =>
        Assert.That(CaseFolding.Fold(Wire.Json("""{"Tag":"A","tag":"b"}""")), Wire.EqualJson("""{"tag":"a"}"""));

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
