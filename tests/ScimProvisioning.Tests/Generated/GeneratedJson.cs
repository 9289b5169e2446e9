using System.Globalization;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Tests.Generated;

/// <summary>Random values as a client may send them, for attributes of a schema and for unknown ones.</summary>
sealed class GeneratedJson(Random random)
{
    static readonly string[] Pieces =
    [
        "a",
        "A",
        "b",
        "B",
        "z",
        "Zoë",
        "ZOE\u0308",
        "İ",
        "ı",
        "i",
        "I",
        "ß",
        "ẞ",
        "ss",
        "ς",
        "σ",
        "Σ",
        "Å",
        "\u212b",
        "\u212a",
        "k",
        "😀",
        "𐐀",
        "𐐨",
        "\uff5e",
        "\uffee",
        "\ufffd",
        "'",
        "\\",
        "%",
        "_",
        "\"",
        "Ǆ",
        "ǅ",
        "ǆ",
        "Ა",
        "ა",
        "Ꙁ",
        "ꙁ",
        " ",
        "\t",
        "\n",
        ".*",
        "$1",
        "名",
        "Ж",
        "ж",
        "true",
        "False",
        "null",
        "12",
        "1.5",
        "1.50",
        "7",
        "ſ",
        "s",
        "Ω",
        "ω",
        "\u2126",
        "\u0345",
        "Ⓐ",
        "ⓐ",
        "µ",
        "μ",
        "-",
        "/",
        "@",
        "Dz",
        "\u1E9E",
        "ﬀ",
        "Ⅷ",
        "ⅷ",
    ];

    static readonly string[] Numbers =
    [
        "0",
        "-0",
        "0.0",
        "1",
        "1.0",
        "1.5",
        "1.50",
        "15e-1",
        "2",
        "3",
        "7",
        "10",
        "12",
        "100",
        "1e2",
        "100.0",
        "-2.5e3",
        "-2500",
        "0.1",
        "1e-28",
        "0.0000000000000000000000000001",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "9007199254740993",
        "9007199254740992",
        "7922816251426433759354395033.5",
        "1e28",
    ];

    static readonly string[] Times =
    [
        "2024-02-29T23:59:59.999999Z",
        "2024-02-29T23:59:59.9999999Z",
        "2024-03-01T00:00:00Z",
        "2024-02-29T18:59:59.9999995-05:00",
        "2026-01-31T12:00",
        "2026-01-31T12:00:00",
        "2026-01-31t12:00:00z",
        "2026-01-31T12:00:00.000Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:30:00+01:00",
        "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:30:00-01:00",
        "2026-01-31T24:00:00Z",
        "2026-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2026-01-31T23:59:60Z",
        "2026-01-31T12:00:00+14:00",
        "2026-01-31T12:00:00+14:30",
        "2026-01-31T12:00:00+15:00",
        "2026-01-31T12:00:00-00:00",
        "2026-01-31T12:00:00+01:60",
        "0000-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-31",
        "12:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00:00.Z",
        "1582-10-10T00:00:00Z",
        "1900-02-29T00:00:00Z",
    ];

    static readonly string[] Names =
    [
        "level",
        "colour",
        "value",
        "type",
        "primary",
        "sText",
        "sTime",
        "pText",
        "aText",
        "mText",
        "aTime",
        "one",
        "many",
        "site",
        "ſite",
        "\u212aey",
        "key",
        "a b",
        "Ünï",
        "$ref",
    ];

    static readonly string[] Unregistered = ["urn:acme:params:scim:Other", "urn:acme:params:scim:schemas:Badge", "urn:x:y'z+1.*:User"];

    /// <summary>The body of a POST that creates a resource of the type.</summary>
    public JsonObject Body(ResourceType type, int number)
    {
        var body = Members(type.Schema.Attributes.Where(a => a.Mutability is not Mutability.ReadOnly && a != GroupSchema.Members));
        if (type.IsUser)
            body["userName"] = $"{Text()}{number}{Text()}";
        if (type.IsGroup)
            body["displayName"] = Text() + Text();
        if (random.Next(3) == 0)
            body["externalId"] = Text();
        foreach (var extension in type.Extensions.Where(_ => random.Next(2) == 0))
            body[extension.Id] = Members(extension.Attributes);
        foreach (var uri in Unregistered.Where(uri => type.FindSchema(uri) is null && random.Next(2) == 0))
            body[Recased(uri)] =
                uri == GeneratedTypes.Badge && random.Next(4) > 0
                    ? Respelled(Members(GeneratedTypes.Now.ForCollection("Devices")!.Extensions[0].Attributes))
                    : Object(2);
        return body;
    }

    /// <summary>A value of the attribute's type, sometimes of another.</summary>
    public JsonNode Value(AttributeDefinition attribute) =>
        attribute.MultiValued
            ? new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Single(attribute))])
            : Single(attribute);

    public string Text() => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(Pieces)));

    public string Time()
    {
        if (random.Next(3) == 0)
            return Pick(Times);
        var time = new DateTime(2026, 1, random.Next(1, 4), random.Next(24), random.Next(2) * 30, random.Next(2), DateTimeKind.Unspecified);
        var fraction =
            random.Next(3) == 0
                ? ""
                : "." + random.NextInt64(1_000_000_000).ToString("D9", CultureInfo.InvariantCulture)[..random.Next(1, 10)];
        return time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
            + fraction
            + Pick("", "Z", "z", "+01:00", "-05:30", "+14:00", "-11:45");
    }

    public string Number() => random.Next(3) == 0 ? random.Next(-20, 20).ToString(CultureInfo.InvariantCulture) : Pick(Numbers);

    JsonNode Single(AttributeDefinition attribute) =>
        attribute.Type switch
        {
            AttributeType.Complex => Members(
                attribute.SubAttributes.Where(sub => sub.Name is not "primary" || !attribute.MultiValued || random.Next(4) == 0)
            ),
            AttributeType.Boolean => attribute.Name is "primary" ? random.Next(3) == 0 : random.Next(2) == 0,
            AttributeType.Integer => JsonNode.Parse(Pick("0", "1", "2", "7", "10", "12", "-3", "100", "1e2", "5.0"))!,
            AttributeType.Decimal => JsonNode.Parse(Number())!,
            AttributeType.DateTime => Time(),
            AttributeType.Binary => Pick("QUJD", "qujd", "QUJDRA==", "AA=="),
            AttributeType.Reference => Pick("https://example.com/A", "https://example.com/a", "../Users/1", Text()),
            _ => random.Next(5) == 0 ? Pick(Time(), Number(), "true", "False") : Text(),
        };

    JsonObject Members(IEnumerable<AttributeDefinition> attributes) =>
        new(attributes.Where(_ => random.Next(3) == 0).Select(a => KeyValuePair.Create(a.Name, (JsonNode?)Value(a))));

    /// <summary>
    /// The members as a client without the schema sends them: with other letter case, and sometimes with values of another
    /// shape.
    /// </summary>
    JsonObject Respelled(JsonObject members) =>
        new(members.ToArray().Select(p => KeyValuePair.Create(Recased(p.Key), random.Next(3) == 0 ? Any(3) : p.Value?.DeepClone())));

    JsonNode Any(int depth) =>
        random.Next(depth > 0 ? 8 : 5) switch
        {
            0 => JsonNode.Parse(Number())!,
            1 => random.Next(2) == 0,
            2 => Time(),
            3 or 4 => Text(),
            5 or 6 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Any(depth - 1))]),
            _ => Object(depth - 1),
        };

    JsonObject Object(int depth) =>
        new(
            Enumerable
                .Range(0, random.Next(1, 6))
                .Select(_ => Pick(Names))
                .DistinctBy(CaseFolding.Fold, StringComparer.OrdinalIgnoreCase)
                .Select(name => KeyValuePair.Create(Recased(name), (JsonNode?)Any(depth)))
        );

    string Recased(string text) =>
        random.Next(4) switch
        {
            0 => text.ToUpperInvariant(),
            1 => text.ToLowerInvariant(),
            _ => text,
        };

    T Pick<T>(params T[] of) => of[random.Next(of.Length)];
}
