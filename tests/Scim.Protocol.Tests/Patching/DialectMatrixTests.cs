using System.Text.Json.Nodes;

namespace Scim.Tests.Patching;

/// <summary>
/// Every kind of attribute with every way to write it. What comes of it follows from the kind of schema, the type of the value and whether
/// there is one or many, never from the attribute: the rule is <see cref="Expected"/>.
/// </summary>
public sealed class DialectMatrixTests
{
    const string Registered = "urn:example:matrix:1.0:Registered";
    const string Unregistered = "urn:example:other:1.0:thing:extra";
    const string Enterprise = EnterpriseUserSchema.Id;

    static readonly AttributeType[] Types =
    [
        AttributeType.String,
        AttributeType.Boolean,
        AttributeType.Integer,
        AttributeType.Reference,
        AttributeType.Complex,
    ];

    /// <summary>All kinds of attributes in the core schema, in the place of the enterprise extension, and in a registered one.</summary>
    static readonly ResourceType Thing = new(
        "Thing",
        "Things",
        "",
        new("urn:example:matrix:1.0:Thing", "Thing", "", Attributes()),
        [new(Enterprise, "Enterprise", "", Attributes("e")), new(Registered, "Registered", "", Attributes("r"))]
    );

    /// <summary>Two values of each type as they are stored, and as other clients write the second.</summary>
    static (string First, string Second, string[] Written) Values(AttributeType type) =>
        type switch
        {
            AttributeType.Boolean => ("true", "false", ["false", "\"False\""]),
            AttributeType.Integer => ("1", "2", ["2", "\"2\""]),
            AttributeType.Reference => ("\"https://a.example\"", "\"https://b.example\"", ["\"https://b.example\""]),
            AttributeType.Complex => ("""{"value":"a","note":"n"}""", """{"value":"b"}""", ["""{"value":"b"}"""]),
            _ => ("\"a\"", "\"b\"", ["\"b\""]),
        };

    static IEnumerable<TestCaseData> Cells() =>
        from schema in new string?[] { null, Enterprise, Registered, Unregistered }
        from type in Types
        from list in new[] { false, true }
        from op in new[] { "add", "replace", "remove" }
        from way in new[] { "path", "value path", "no path", "qualified key" }
        select new TestCaseData(schema, type, list, op, way).SetArgDisplayNames(
            schema?.Split(':')[^1] ?? "core",
            $"{type}{(list ? " list" : "")}",
            op,
            way
        );

    [TestCaseSource(nameof(Cells))]
    public void A_patch_has_its_value_or_its_refusal(string? schema, AttributeType type, bool list, string op, string way)
    {
        var (first, _, written) = Values(type);
        foreach (var value in schema == Unregistered ? written[..1] : written)
        foreach (var sent in Wrapped(value, type, list, way))
        foreach (var held in new[] { true, false })
        {
            // Nothing tells the shape of what is not there and not registered: it is stored as it was sent.
            if (schema == Unregistered && !held && sent != Wrapped(value, type, list, way).First())
                continue;
            var operation = Operation(schema, type, list, op, way, sent);
            var stored =
                held ? $"{{{Body(schema, type, list, list ? $"[{first}]" : first)}}}"
                : schema == Unregistered ? $$"""{"{{schema}}":{"other":1} }"""
                : "{}";
            Assert.That(
                Outcome(stored, operation, schema, type, list),
                Is.EqualTo(Expected(schema, type, list, op, way, held)),
                $"{stored} {operation}"
            );
        }
    }

    static IEnumerable<TestCaseData> Kinds() =>
        from schema in new string?[] { null, Enterprise, Registered, Unregistered }
        from type in Types
        from list in new[] { false, true }
        select new TestCaseData(schema, type, list).SetArgDisplayNames(schema?.Split(':')[^1] ?? "core", $"{type}{(list ? " list" : "")}");

    [TestCaseSource(nameof(Kinds))]
    public void A_post_and_a_put_read_the_same_value(string? schema, AttributeType type, bool list)
    {
        var (_, second, written) = Values(type);
        foreach (var value in schema == Unregistered ? written[..1] : written)
        foreach (
            var sent in schema == Unregistered
                ? [list ? $"[{value}]" : value]
                : Wrapped(list ? $"[{value}]" : value, type, list: false, "path")
        )
        {
            var body = Wire.Json($"{{{Body(schema, type, list, sent)}}}");
            var documents = new[] { ResourceParser.Create(body, Thing), ResourceParser.Replace(body, Thing, []) };
            Assert.That(documents.Select(d => Read(d, schema, type, list)), Is.All.EqualTo(Text(list ? $"[{second}]" : second)), sent);
        }
    }

    /// <summary>The rule of the matrix.</summary>
    static string Expected(string? schema, AttributeType type, bool list, string op, string way, bool held)
    {
        var (first, second, _) = Values(type);
        var isComplex = type is AttributeType.Complex;
        if (way == "value path" && !list && !isComplex && schema != Unregistered)
            return "refused"; // no brackets on a single simple value, unless nobody knows that it is one
        if (op == "remove")
            return way switch
            {
                "path" or "value path" => "nothing", // the whole attribute, or its only value
                _ => "noTarget", // §3.5.2.2: a remove has a path
            };
        if (way == "value path" && !held)
            return "noTarget"; // "value eq …" makes no value
        var merged = isComplex ? """{"value":"b","note":"n"}""" : second; // a partial object leaves the rest
        if (way == "value path")
        {
            var element = isComplex && op == "replace" ? second : merged; // §3.5.2.3: the element is replaced
            return Text(list ? $"[{element}]" : element);
        }
        if (!list)
            return Text(held ? merged : second);
        return Text(op == "add" && held ? $"[{first},{second}]" : $"[{second}]");
    }

    /// <summary>As it is, and as an object with <c>value</c>, alone or in an array.</summary>
    static IEnumerable<string> Wrapped(string value, AttributeType type, bool list, string way)
    {
        yield return list && way != "value path" ? $"[{value}]" : value;
        if (type is AttributeType.Complex)
            yield break;
        if (value.StartsWith('['))
        {
            yield return $$"""[{"value":{{value[1..^1]}}}]""";
            yield break;
        }
        yield return $$"""{"value":{{value}}}""";
        yield return $$"""[{"$ref":null,"value":{{value}}}]""";
        if (list)
            yield return value;
    }

    static string Operation(string? schema, AttributeType type, bool list, string op, string way, string value)
    {
        var path = schema is null ? Name(schema, type, list) : $"{schema}:{Name(schema, type, list)}";
        var (first, _, _) = Values(type);
        var key = type is AttributeType.Complex ? "\"a\"" : first;
        return way switch
        {
            "no path" => op == "remove" ? """{"op":"remove"}""" : $$"""{"op":"{{op}}","value":{ {{Body(schema, type, list, value)}} } }""",
            "qualified key" => op == "remove" ? """{"op":"remove"}""" : $$"""{"op":"{{op}}","value":{"{{path}}":{{value}} } }""",
            _ =>
                $$"""{"op":"{{op}}","path":{{Text(way == "path" ? path : $"{path}[value eq {key}]", quote: true)}}{{(
                op == "remove" ? "" : $",\"value\":{value}"
            )}} }""",
        };
    }

    static string Outcome(string stored, string operation, string? schema, AttributeType type, bool list)
    {
        try
        {
            var document = ResourceParser.Create(Wire.Json(stored), Thing);
            var operations = PatchParser.Parse(Wire.Json($$"""{"Operations":[{{operation}}]}"""), Thing);
            return Read(Patcher.Apply(document, operations, Thing), schema, type, list);
        }
        catch (ScimException e)
        {
            return e.ScimType == "noTarget" ? "noTarget" : "refused";
        }
    }

    static string Read(JsonObject document, string? schema, AttributeType type, bool list)
    {
        var scope = schema is null ? document : document[schema] as JsonObject;
        return scope?[Name(schema, type, list)] is { } value ? Text(value.ToJsonString()) : "nothing";
    }

    static string Body(string? schema, AttributeType type, bool list, string value)
    {
        var member = $"\"{Name(schema, type, list)}\":{value}";
        return schema is null ? member : $"\"{schema}\":{{{member}}}";
    }

    static string Name(string? schema, AttributeType type, bool list) =>
        (
            schema == Enterprise ? "e"
            : schema == Registered ? "r"
            : ""
        )
        + type
        + (list ? "s" : "");

    static string Text(string json, bool quote = false) =>
        quote ? JsonValue.Create(json).ToJsonString() : JsonNode.Parse(json)!.ToJsonString();

    static AttributeDefinition[] Attributes(string prefix = "") =>
        [
            .. from type in Types
            from list in new[] { false, true }
            select new AttributeDefinition(prefix + type + (list ? "s" : ""), type, "")
            {
                MultiValued = list,
                SubAttributes =
                    type is AttributeType.Complex ? [new("value", AttributeType.String, ""), new("note", AttributeType.String, "")] : [],
            },
        ];
}
