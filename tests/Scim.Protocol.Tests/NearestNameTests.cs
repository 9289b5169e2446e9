namespace Scim.Tests;

[Parallelizable(ParallelScope.All)]
sealed class NearestNameTests
{
    static readonly string[] Known = ["name", "type", "required", "caseExact", "subAttributes", "uniqueness"];

    [TestCase("requird", "required")]
    [TestCase("reqiured", "required")]
    [TestCase("REQUIRED_", "required")]
    [TestCase("typ", "type")]
    [TestCase("tpye", "type")]
    [TestCase("caseExakt", "caseExact")]
    [TestCase("subattribute", "subAttributes")]
    [TestCase("owner", null)]
    [TestCase("", null)]
    public void A_misspelt_name_is_near_the_one_that_was_meant(string written, string? meant) =>
        Assert.That(NearestName.Of(written, Known), Is.EqualTo(meant));
}
