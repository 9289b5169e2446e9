using System.Text.Json.Nodes;

namespace Scim.Tests.Patching;

/// <summary>The examples of RFC 7644 §3.5.2, applied to those of RFC 7643 §8.</summary>
public sealed class RfcPatchTests
{
    [TestCase("rfc7644-3.5.2.1-add_emails_and_nickname", "bjensen@example.com babs@jensen.org")]
    [TestCase("rfc7644-3.5.2.2-remove_work_email", "babs@jensen.org")]
    [TestCase("rfc7644-3.5.2.3-replace_emails_and_nickname", "bjensen@example.com babs@jensen.org")]
    public void The_emails_are_then(string sample, string emails) => Assert.That(Values(PatchedUser(sample)["emails"]), Is.EqualTo(emails));

    [TestCase("rfc7644-3.5.2.1-add_emails_and_nickname")]
    [TestCase("rfc7644-3.5.2.3-replace_emails_and_nickname")]
    public void A_nickname_without_its_capital_letter_is_the_nickName(string sample) =>
        Assert.That((string?)PatchedUser(sample)["nickName"], Is.EqualTo("Babs"));

    [Test]
    public void Replacing_the_street_of_the_work_address_keeps_the_rest_of_it()
    {
        var expected = Wire.Sample("rfc7643-8.2-full_user")["addresses"]!;
        expected[0]!["streetAddress"] = "1010 Broadway Ave";

        Assert.That(PatchedUser("rfc7644-3.5.2.3-replace_street_address")["addresses"], Wire.EqualJson(expected.ToJsonString()));
    }

    [Test]
    public void Replacing_the_work_address_replaces_all_of_it_and_nothing_else()
    {
        var expected = Wire.Sample("rfc7643-8.2-full_user")["addresses"]!;
        expected[0] = Wire.Sample("rfc7644-3.5.2.3-replace_work_address")["Operations"]![0]!["value"]!.DeepClone();

        Assert.That(PatchedUser("rfc7644-3.5.2.3-replace_work_address")["addresses"], Wire.EqualJson(expected.ToJsonString()));
    }

    // The RFC abbreviates these ids, so they name no member of the group in §8.4.
    [TestCase("rfc7644-3.5.2.1-add_members", "2819c223-7f76-453a-919d-413861904646 902c246b-6245-4190-8e05-00816be7344a")]
    [TestCase("rfc7644-3.5.2.2-remove_one_member", "2819c223-7f76-453a-919d-413861904646 902c246b-6245-4190-8e05-00816be7344a")]
    [TestCase("rfc7644-3.5.2.2-remove_all_members", "")]
    [TestCase(
        "rfc7644-3.5.2.2-exchange_one_member",
        "2819c223-7f76-453a-919d-413861904646 902c246b-6245-4190-8e05-00816be7344a 08e1d05d...473d93df9210"
    )]
    [TestCase("rfc7644-3.5.2.2-exchange_all_members", "2819c223-7f76-453a-919d-413861904646 08e1d05d-121c-4561-8b96-473d93df9210")]
    [TestCase("rfc7644-3.5.2.3-replace_all_members", "2819c223...413861904646 08e1d05d...473d93df9210")]
    public void The_members_are_then(string sample, string members) =>
        Assert.That(Values(Patched("rfc7643-8.4-group", sample, ResourceType.Group)["members"]), Is.EqualTo(members));

    static JsonObject PatchedUser(string sample) => Patched("rfc7643-8.2-full_user", sample, ResourceType.User);

    static JsonObject Patched(string resource, string patch, ResourceType type) =>
        Patcher.Apply(ResourceParser.Create(Wire.Sample(resource), type), PatchParser.Parse(Wire.Sample(patch), type), type);

    static string Values(JsonNode? attribute) =>
        string.Join(" ", (attribute?.AsArray() ?? []).Select(element => (string?)element!["value"]));
}
