using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Schemas;

namespace ScimProvisioning.Tests.Dialects;

/// <summary>
/// Filters, orders and projections over every kind of attribute: {core, enterprise, registered, unregistered} × {text, flag, number,
/// reference, complex} × {one, list}.
/// </summary>
[TestFixture, Parallelizable]
sealed class SearchMatrixTests
{
    const string Core = "urn:example:matrix:1.0:Thing";
    const string Registered = "urn:example:matrix:1.0:Registered";
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const string Unregistered = "urn:example:other:1.0:thing:extra";

    /// <summary>For each type: a value of the resource that is found, and a higher one of the other.</summary>
    static readonly (string Type, string First, string Second)[] Values =
    [
        ("string", "\"a\"", "\"b\""),
        ("boolean", "false", "true"),
        ("integer", "1", "2"),
        ("reference", "\"https://a.example\"", "\"https://b.example\""),
        ("complex", """{"value":"a"}""", """{"value":"b"}"""),
    ];

    readonly ScimServer _server = new();
    TestDirectory _directory = null!;
    string _first = "",
        _second = "";

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    static IEnumerable<TestCaseData> Kinds() =>
        from schema in new string?[] { null, Enterprise, Registered, Unregistered }
        from value in Values
        from list in new[] { false, true }
        // The enterprise extension has texts and one complex attribute.
        where schema != Enterprise || !list && value.Type is "string" or "complex"
        select new TestCaseData(schema, value.Type, list).SetArgDisplayNames(
            schema?.Split(':')[^1] ?? "core",
            value.Type + (list ? " list" : "")
        );

    [OneTimeSetUp]
    public async Task Store()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        foreach (var (id, prefix) in new[] { (Core, ""), (Registered, "r") })
        {
            var attributes = Attributes()
                .Select(a =>
                    $$"""{"name":"{{prefix}}{{Name(a.Type, a.List)}}","type":"{{a.Type}}","multiValued":{{(a.List ? "true" : "false")}}{{(
                        a.Type == "complex" ? ",\"subAttributes\":[{\"name\":\"value\"}]" : ""
                    )}} }"""
                );
            await Devices.Accepted(
                _server,
                HttpMethod.Post,
                _directory,
                "/schemas",
                $$"""{"id":"{{id}}","attributes":[{{string.Join(',', attributes)}}]}"""
            );
        }
        await Devices.Accepted(
            _server,
            HttpMethod.Post,
            _directory,
            "/resource-types",
            $$"""
            {"name":"Thing","endpoint":"/Things","schema":"{{Core}}",
             "schemaExtensions":[{"schema":"{{Enterprise}}"},{"schema":"{{Registered}}"}]}
            """
        );
        _first = await _directory.Create("/Things", Thing(value => value.First));
        _second = await _directory.Create("/Things", Thing(value => value.Second));
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task An_attribute_is_found_ordered_and_shown(string? schema, string type, bool list)
    {
        var path = schema is null ? Path(schema, type, list) : $"{schema}:{Path(schema, type, list)}";
        var first = Values.Single(value => value.Type == type).First;
        var literal = type == "complex" ? "\"a\"" : first;
        string[] filters =
        [
            $"{path} eq {literal}",
            $"{path}{(type == "complex" ? ".value" : "")} eq {literal}",
            .. type == "complex" || list ? [$"{path}[value eq {literal}]", $"{path}[value eq {literal}].value pr"] : Array.Empty<string>(),
        ];

        foreach (var filter in schema == Unregistered && type == "complex" ? filters[1..] : filters)
        {
            Assert.That((await _directory.Find("/Things", filter)).Ids, Is.EqualTo(new[] { _first }), filter);
            Assert.That((await _directory.Find("/Things", $"not ({filter})")).Ids, Is.EqualTo(new[] { _second }), filter);
        }
        var sortBy = type == "complex" ? path + ".value" : path;
        Assert.That((await _directory.Get($"/Things?sortBy={sortBy}")).Ids, Is.EqualTo(new[] { _first, _second }));
        Assert.That((await _directory.Get($"/Things?sortBy={sortBy}&sortOrder=descending")).Ids, Is.EqualTo(new[] { _second, _first }));
        var shown = (await _directory.Get($"/Things/{_first}?attributes={path}")).Body!;
        var scope = schema is null ? shown : shown[schema]!.AsObject();
        Assert.That(
            scope[Path(schema, type, list)]!.ToJsonString(),
            Is.EqualTo(JsonNode.Parse(list ? $"[{first}]" : first)!.ToJsonString())
        );
        Assert.That((shown.Count, scope.Count), Is.EqualTo(schema is null ? (3, 3) : (3, 1)), "id, schemas and this");
        var hidden = (await _directory.Get($"/Things/{_first}?excludedAttributes={path}")).Body!;
        Assert.That((schema is null ? hidden : hidden[schema]!.AsObject()).ContainsKey(Path(schema, type, list)), Is.False);
    }

    [TestCase("string[value eq \"a\"]")]
    [TestCase(Registered + ":rboolean[value eq true]")]
    [TestCase(Enterprise + ":department[value eq \"a\"]")]
    public async Task A_single_simple_value_takes_no_brackets(string filter) =>
        Assert.That((await _directory.Find("/Things", filter)).Error, Is.EqualTo((400, "invalidFilter")));

    static IEnumerable<(string Type, bool List)> Attributes() =>
        from value in Values
        from list in new[] { false, true }
        select (value.Type, list);

    static string Name(string type, bool list) => type + (list ? "s" : "");

    static string Path(string? schema, string type, bool list) =>
        schema == Enterprise
            ? type == "complex"
                ? "manager"
                : "department"
            : (schema == Registered ? "r" : "") + Name(type, list);

    static string Thing(Func<(string Type, string First, string Second), string> pick)
    {
        string Members(string? schema) =>
            string.Join(
                ',',
                Values.SelectMany(value =>
                    schema == Enterprise
                        ? value.Type is "string" or "complex"
                            ? [$"\"{Path(schema, value.Type, false)}\":{pick(value)}"]
                            : []
                        : new[] { false, true }.Select(list =>
                            $"\"{Path(schema, value.Type, list)}\":{(list ? $"[{pick(value)}]" : pick(value))}"
                        )
                )
            );
        var extensions = new[] { Enterprise, Registered, Unregistered }.Select(uri => $"\"{uri}\":{{{Members(uri)}}}");
        return $"{{{Members(null)},{string.Join(',', extensions)}}}";
    }
}
