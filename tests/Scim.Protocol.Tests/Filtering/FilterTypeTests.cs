using Scim.Tests.Schemas;

namespace Scim.Tests.Filtering;

/// <summary>
/// A value stored before its schema was registered may have another type. Comparisons check the type first, as they do in the database.
/// </summary>
public sealed class FilterTypeTests
{
    [TestCase("slots eq 4", "\"slots\":4", true)]
    [TestCase("slots eq 4", "\"slots\":4.0", true)]
    [TestCase("slots gt 3.5", "\"slots\":4", true)]
    [TestCase("slots eq 4", "\"slots\":\"4\"", false)]
    [TestCase("slots ne 4", "\"slots\":\"4\"", true)]
    [TestCase("slots lt 4", "\"slots\":{\"x\":1}", false)]
    [TestCase("slots eq 1", "\"slots\":true", false)]
    [TestCase("rented eq true", "\"rented\":true", true)]
    [TestCase("rented eq true", "\"rented\":\"true\"", false)]
    [TestCase("rented ne true", "\"rented\":\"true\"", true)]
    [TestCase("bought eq \"2026-01-01T01:00:00+01:00\"", "\"bought\":\"2026-01-01T00:00:00Z\"", true)]
    [TestCase("bought eq \"2026-01-01T00:00:00\"", "\"bought\":\"2026-01-01T00:00:00Z\"", true)]
    [TestCase("bought lt \"2027-01-01T00:00:00Z\"", "\"bought\":2026", false)]
    [TestCase("bought lt \"2027-01-01T00:00:00Z\"", "\"bought\":\"soon\"", false)]
    [TestCase("bought sw \"2026-01\"", "\"bought\":\"2026-01-01T00:00:00Z\"", true)]
    [TestCase("label eq \"4\"", "\"label\":4", true)]
    [TestCase("label eq \"x\"", "\"label\":[\"X\"]", true)]
    public void Values_of_another_type_do_not_compare(string filter, string stored, bool matches) =>
        Assert.That(Matches(filter, stored), Is.EqualTo(matches));

    [TestCase("12:00:00.1234567Z", "12:00:00.1234569Z", true)]
    [TestCase("12:00:00.123456Z", "12:00:00.123456999999999999Z", true)]
    [TestCase("12:00:00.123456Z", "12:00:00.123457Z", false)]
    [TestCase("12:00:00.999999Z", "12:00:00.99999999Z", true)]
    [TestCase("12:00:01Z", "12:00:00.99999999Z", false)]
    [TestCase("12:00:00.9999999+00:00", "12:00:00.999999Z", true)]
    public void Instants_are_compared_to_the_microsecond(string asked, string stored, bool matches) =>
        Assert.That(Matches($"bought eq \"2026-01-01T{asked}\"", $"\"bought\":\"2026-01-01T{stored}\""), Is.EqualTo(matches));

    static bool Matches(string filter, string stored) =>
        FilterEvaluator.Matches(FilterParser.Parse(filter, Registered.Device), Wire.Json("{" + stored + "}"));
}
