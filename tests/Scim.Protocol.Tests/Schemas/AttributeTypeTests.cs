namespace Scim.Tests.Schemas;

/// <summary>
/// RFC 7643 §2.3: the values of each type. They are tested on a device, because users and groups have no numbers and times to set.
/// </summary>
public sealed class AttributeTypeTests
{
    static readonly ResourceType Device = new(
        "Device",
        "Devices",
        "",
        new(
            "urn:example:device:1.0:Device",
            "Device",
            "",
            [
                new("rooms", AttributeType.Integer, ""),
                new("weight", AttributeType.Decimal, ""),
                new("bought", AttributeType.DateTime, ""),
                new("key", AttributeType.Binary, ""),
            ]
        )
    );

    [TestCase("rooms", "4", "4")]
    [TestCase("rooms", "4.0", "4", Description = "§2.3.4: an integer has neither fraction nor exponent when it is returned")]
    [TestCase("rooms", "4e2", "400")]
    [TestCase("rooms", "\"4\"", "4", Description = "Entra sends the values of its expressions as text")]
    [TestCase("rooms", "\"4.0\"", "4")]
    [TestCase("weight", "-0.25", "-0.25")]
    [TestCase("weight", "\"-0.25\"", "-0.25")]
    [TestCase("bought", "\"2026-01-31T12:00:00Z\"", "\"2026-01-31T12:00:00Z\"")]
    [TestCase("bought", "\"2026-01-31T12:00:00.123+02:00\"", "\"2026-01-31T12:00:00.123+02:00\"")]
    [TestCase("key", "\"QUJD\"", "\"QUJD\"")]
    [TestCase("key", "\"QUI=\"", "\"QUI=\"")]
    [TestCase("key", "\"QUI\"", "\"QUI\"", Description = "§2.3.6: the padding may be left out")]
    [TestCase("key", "\"QU-_\"", "\"QU-_\"", Description = "RFC 4648 §5: the alphabet for URLs")]
    public void This_is_a_value(string attribute, string sent, string stored) =>
        Assert.That(ResourceParser.Create(Wire.Json($$"""{"{{attribute}}":{{sent}}}"""), Device)[attribute], Wire.EqualJson(stored));

    [TestCase("rooms", "4.5")]
    [TestCase("rooms", "\"4.5\"")]
    [TestCase("rooms", "\"four\"")]
    [TestCase("rooms", "\" 4\"")]
    [TestCase("weight", "\"1e400\"")]
    [TestCase("weight", "\"heavy\"")]
    [TestCase("bought", "\"2026-01-31\"", Description = "§2.3.5: date and time")]
    [TestCase("bought", "\"12:00:00\"")]
    [TestCase("bought", "\"2026-02-30T12:00:00Z\"")]
    [TestCase("bought", "1769860800")]
    [TestCase("key", "\"QUJDR\"")]
    public void This_is_none(string attribute, string sent) =>
        Assert.That(
            Wire.Refused("invalidValue", () => ResourceParser.Create(Wire.Json($$"""{"{{attribute}}":{{sent}}}"""), Device)),
            Does.Contain(attribute)
        );
}
