namespace Scim.Tests.Filtering;

/// <summary>A literal is read as a value of the attribute's type.</summary>
public sealed class FilterLiteralTests
{
    static readonly ResourceType Device = new(
        "Device",
        "Devices",
        "Things with numbers.",
        new(
            "urn:example:device:1.0:Device",
            "Device",
            "",
            [
                new("rooms", AttributeType.Integer, ""),
                new("weight", AttributeType.Decimal, ""),
                new("key", AttributeType.Binary, ""),
                new("bought", AttributeType.DateTime, ""),
                new("tag", AttributeType.Any, ""),
            ]
        )
    );

    [TestCase("\"plain\"", "plain")]
    [TestCase("\"\"", "")]
    [TestCase("\"O'Malley\"", "O'Malley")]
    [TestCase(
        """
            "say \"hi\""
            """,
        "say \"hi\""
    )]
    [TestCase(@"""back\\slash \/ and \t tab""", "back\\slash / and \t tab")]
    [TestCase(@"""\u00e9\uD83D\uDE00""", "é😀")]
    [TestCase("\"é 😀 ß 日本\"", "é 😀 ß 日本")]
    [TestCase("\"[a] (b) eq pr and\"", "[a] (b) eq pr and")]
    [TestCase(@"""R&D {north} [\""A\""] <50% $+;:',.?\\7/~""", @"R&D {north} [""A""] <50% $+;:',.?\7/~")]
    public void A_string_is_a_JSON_string(string literal, string value) => Reads(ResourceType.User, $"userName eq {literal}", value);

    [TestCase("bjensen")]
    [TestCase("ella@contoso.com")]
    [TestCase("48af03ac-28ad-4fb8-8478-ee2b9c1c5a4f")]
    [TestCase("-6")]
    [TestCase("true")]
    public void A_word_without_quotes_is_text_as_Entras_documentation_prints_it(string word) =>
        Reads(ResourceType.User, $"userName eq {word}", word);

    [TestCase("true", true)]
    [TestCase("false", false)]
    [TestCase("\"True\"", true)]
    [TestCase("\"False\"", false)]
    [TestCase("True", true)]
    public void A_boolean_may_come_as_text(string literal, bool value) => Reads(ResourceType.User, $"active eq {literal}", value);

    [TestCase("rooms eq 4", 4)]
    [TestCase("rooms gt -4", -4)]
    [TestCase("rooms eq \"4\"", 4)]
    [TestCase("weight le 2.5", 2.5)]
    [TestCase("weight ge 1e3", 1000)]
    [TestCase("weight lt 2.5E-1", 0.25)]
    [TestCase("weight eq 1e+2", 100)]
    public void A_number_may_be_written_in_any_JSON_form(string filter, double value) => Reads(Device, filter, (decimal)value);

    [TestCase("2011-05-13T04:42:34Z", "2011-05-13T04:42:34Z")]
    [TestCase("2011-05-13T06:42:34+02:00", "2011-05-13T04:42:34Z")]
    [TestCase("2011-05-13T04:42:34", "2011-05-13T04:42:34Z")]
    [TestCase("2011-05-13T04:42Z", "2011-05-13T04:42:00Z")]
    [TestCase("2011-05-13T04:42:34.1234567Z", "2011-05-13T04:42:34.123456Z")]
    public void A_time_is_compared_in_UTC(string literal, string utc) =>
        Reads(
            ResourceType.User,
            $"meta.lastModified ge \"{literal}\"",
            DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture)
        );

    [TestCase("tag eq 5", "5")]
    [TestCase("tag eq true", "true")]
    [TestCase("tag eq \"True\"", "True")]
    [TestCase("tag gt 2011-05-13", "2011-05-13")]
    public void An_untyped_attribute_is_compared_with_text(string filter, string value) => Reads(Device, filter, value);

    [TestCase("meta.created sw \"2026-01\"")]
    [TestCase("key eq \"AAEC\"")]
    public void Times_can_be_searched_and_binaries_compared_as_text(string filter) =>
        Assert.That(((FilterExpression.Compare)FilterParser.Parse(filter, Device)).Value, Is.TypeOf<string>());

    [TestCase("active gt true", "active")]
    [TestCase("active co \"tr\"", "active")]
    [TestCase("active eq \"yes\"", "'active' is compared with true or false")]
    [TestCase("active eq 1", "active")]
    [TestCase("meta.created gt \"yesterday\"", "'created' is compared with a date and time such as \"2026-01-31T12:00:00Z\"")]
    [TestCase("meta.created gt \"12:00\"", "created")]
    [TestCase("meta.created gt \"2011-05-13\"", "created")]
    [TestCase("meta.created gt 5", "created")]
    [TestCase("userName gt null", "null")]
    public void A_literal_that_does_not_fit_the_attribute_is_refused_by_name(string filter, string named) =>
        Refuses(ResourceType.User, filter, named);

    [TestCase("rooms eq \"four\"", "'rooms' is compared with a number")]
    [TestCase("weight eq 1e400", "weight")]
    [TestCase("rooms co 4", "rooms")]
    [TestCase("key gt \"A\"", "key")]
    [TestCase("key co \"A\"", "key")]
    public void Numbers_and_binaries_have_no_parts(string filter, string named) => Refuses(Device, filter, named);

    static void Reads(ResourceType type, string filter, object value) =>
        Assert.That(((FilterExpression.Compare)FilterParser.Parse(filter, type)).Value, Is.EqualTo(value));

    static void Refuses(ResourceType type, string filter, string named)
    {
        var detail = Wire.Refused("invalidFilter", () => FilterParser.Parse(filter, type));

        Assert.That(detail, Does.Contain(named));
    }
}
