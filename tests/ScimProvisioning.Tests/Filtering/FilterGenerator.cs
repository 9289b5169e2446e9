using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Scim;

namespace ScimProvisioning.Tests.Filtering;

/// <summary>Random filters made of attributes and values that the resources really have, so that they often match.</summary>
sealed partial class FilterGenerator
{
    static readonly string[] Orders = ["eq", "ne", "gt", "ge", "lt", "le"];
    static readonly string[] Parts = ["co", "sw", "ew"];

    readonly Found[] _found;

    public FilterGenerator(IEnumerable<JsonObject> resources) =>
        _found = [
            .. resources
                .SelectMany(resource => Walk(resource, ResourceTypes.BuiltIn.Named((string)resource["meta"]!["resourceType"]!)!))
                .Distinct(),
        ];

    /// <summary>For one type; also with attributes that no resource has.</summary>
    public FilterGenerator(IEnumerable<JsonObject> resources, ResourceType type) =>
        _found = [.. resources.SelectMany(resource => Walk(resource, type)).Concat(Known(type)).Distinct()];

    public Gen<string> Filter(int depth = 3) =>
        depth == 0
            ? Gen.Frequency((5, Gen.Elements(_found).SelectMany(found => Comparison(found, found.Path))), (3, InBrackets()))
            : Gen.Frequency(
                (4, Filter(0)),
                (1, Filter(depth - 1).Select(inner => $"not ({inner})")),
                (1, Filter(depth - 1).Two().Select(pair => $"({pair.Item1}) and {pair.Item2}")),
                (1, Filter(depth - 1).Two().Select(pair => $"({pair.Item1} or {pair.Item2})"))
            );

    Gen<string> InBrackets() =>
        Gen.Elements(_found.Where(found => found.Sub is not null).ToArray())
            .SelectMany(one =>
            {
                var inner = Gen.Elements(_found.Where(found => found.Container == one.Container && found.Sub is not null).ToArray())
                    .SelectMany(found => Comparison(found, found.Sub!));
                var joined = Gen.OneOf(
                    inner,
                    inner.Select(text => $"not ({text})"),
                    inner.Two().Select(p => $"{p.Item1} and {p.Item2}"),
                    inner.Two().Select(p => $"{p.Item1} or not ({p.Item2})")
                );
                return joined.SelectMany(text =>
                    Gen.OneOf(Gen.Constant($"{one.Container}[{text}]"), Comparison(one, $"{one.Container}[{text}].{one.Sub}"))
                );
            });

    static Gen<string> Comparison(Found found, string notation)
    {
        var present = Gen.Elements($"{notation} pr", $"{notation} eq null");
        if (found.Type is AttributeType.Boolean)
            return Gen.Frequency(
                (3, Gen.Elements("eq true", "ne true", "eq false", "eq \"True\"").Select(rest => $"{notation} {rest}")),
                (1, present)
            );
        var whole = found.Type is AttributeType.Binary ? Gen.Elements("eq", "ne") : Gen.Elements(Orders);
        var parts = found.Type is AttributeType.Binary ? whole : Gen.Elements(Parts);
        var compared = from op in whole from text in Near(found) select $"{notation} {op} {JsonSerializer.Serialize(text)}";
        if (found.Type is AttributeType.Integer or AttributeType.Decimal)
            return Gen.Frequency((7, compared), (1, present));
        var searched =
            from op in parts
            from text in Part(found.Text)
            from cased in Recased(text)
            select $"{notation} {op} {JsonSerializer.Serialize(cased)}";
        return Gen.Frequency((4, compared), (3, searched), (1, present));
    }

    /// <summary>The value, or one close to it, in one of the spellings of its type.</summary>
    static Gen<string> Near(Found found)
    {
        if (found.Type is AttributeType.Integer or AttributeType.Decimal)
            return
                decimal.TryParse(found.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e20m
                ? Gen.Elements(number, number + 1, number - 0.5m, number * 1.00m).Select(n => n.ToString(CultureInfo.InvariantCulture))
                : Gen.Elements(number.ToString(CultureInfo.InvariantCulture), "1e2", "-0");
        if (found.Type is not AttributeType.DateTime)
            return Recased(found.Text);
        return DateTimeText.TryParse(found.Text, out var time) && time is { Year: > 1 and < 9999 }
            ? from ticks in Gen.Elements(0, 0, 0, 1, -1, 10, -10, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerHour)
            from zone in Gen.Elements(0, 1, -5.5, 14)
            select time.AddTicks(ticks).ToOffset(TimeSpan.FromHours(zone)).ToString("O", CultureInfo.InvariantCulture)
            : Gen.Elements(found.Text, "2026-01-31T12:00:00Z", "2024-02-29T23:59:59.9999999Z");
    }

    static Gen<string> Recased(string text) => Gen.Elements(text, text, text.ToUpperInvariant(), text.ToLowerInvariant());

    /// <summary>A part of the text, cut between characters.</summary>
    static Gen<string> Part(string text)
    {
        var runes = text.EnumerateRunes().Select(rune => rune.ToString()).ToArray();
        return from start in Gen.Choose(0, runes.Length)
            from end in Gen.Choose(start, runes.Length)
            select string.Concat(runes[start..end]);
    }

    static IEnumerable<Found> Known(ResourceType type) =>
        from schema in type.Extensions.Prepend(type.Schema)
        from attribute in schema.Attributes
        from sub in attribute.SubAttributes.Cast<AttributeDefinition?>().Append(null)
        select new Found(schema == type.Schema ? attribute.Name : $"{schema.Id}:{attribute.Name}", sub?.Name, (sub ?? attribute).Type, "a");

    static IEnumerable<Found> Walk(JsonObject resource, ResourceType type)
    {
        foreach (var (name, value) in resource)
        foreach (
            var (container, inside) in name.Contains(':') ? value!.AsObject().Select(p => ($"{name}:{p.Key}", p.Value)) : [(name, value)]
        )
        foreach (var element in Open(inside))
        foreach (
            var (sub, scalar) in element is JsonObject complex
                ? complex.SelectMany(p => Open(p.Value).Select(v => ((string?)p.Key, v)))
                : [(null, element)]
        )
            if (
                scalar is JsonValue
                && (sub is null || SubName().IsMatch(sub))
                && AttributePath.Find(sub is null ? container : $"{container}.{sub}", type) is { } path
            )
                yield return new(
                    container,
                    sub,
                    path.Leaf.Type,
                    scalar.GetValueKind() is JsonValueKind.String ? (string)scalar! : scalar.ToJsonString()
                );
    }

    static IEnumerable<JsonNode?> Open(JsonNode? node) => node as IEnumerable<JsonNode?> ?? [node];

    [GeneratedRegex(@"^[$a-zA-Z]\w*\z", RegexOptions.ECMAScript)]
    private static partial Regex SubName();

    /// <summary>One value of some resource, and how a filter reaches it.</summary>
    sealed record Found(string Container, string? Sub, AttributeType Type, string Text)
    {
        public string Path => Sub is null ? Container : $"{Container}.{Sub}";
    }
}
