using System.Text.Json.Nodes;

namespace Scim.Tests.Schemas;

/// <summary>RFC 7643 §8: the examples are stored as they are, without the attributes that the server assigns.</summary>
public sealed class RfcResourceTests
{
    [TestCase("rfc7643-8.1-minimal_user")]
    [TestCase("rfc7643-8.2-full_user")]
    [TestCase("rfc7643-8.3-enterprise_user")]
    public void A_user_reads_back_equal(string sample)
    {
        var expected = Without(Wire.Sample(sample), "id", "meta", "groups", "password");
        expected.TryAdd("active", true);
        (expected[EnterpriseUserSchema.Id]?["manager"] as JsonObject)?.Remove("displayName");

        Assert.That(ResourceParser.Create(Wire.Sample(sample), ResourceType.User), Wire.EqualJson(expected.ToJsonString()));
    }

    [Test]
    public void A_group_reads_back_equal()
    {
        var expected = Without(Wire.Sample("rfc7643-8.4-group"), "id", "meta");
        foreach (var member in expected["members"]!.AsArray())
            member!.AsObject().Remove("display");

        Assert.That(ResourceParser.Create(Wire.Sample("rfc7643-8.4-group"), ResourceType.Group), Wire.EqualJson(expected.ToJsonString()));
    }

    static JsonObject Without(JsonObject document, params string[] names)
    {
        foreach (var name in names)
            document.Remove(name);
        return document;
    }
}
