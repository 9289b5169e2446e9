using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Filtering;

/// <summary>Kinds of attributes that users and groups do not have, but other resource types may have.</summary>
[TestFixture, Parallelizable]
sealed class OtherSchemaTests
{
    static readonly ResourceType Device = new(
        "Device",
        "Devices",
        "",
        new(
            "urn:acme:params:scim:schemas:Device",
            "Device",
            "",
            [
                new("ports", AttributeType.Integer, ""),
                new("weight", AttributeType.Decimal, ""),
                new("bought", AttributeType.DateTime, ""),
                new("serial", AttributeType.String, "") { CaseExact = true },
                new("tags", AttributeType.String, "") { MultiValued = true },
                new("codes", AttributeType.String, "") { MultiValued = true, CaseExact = true },
                new("sizes", AttributeType.Integer, "") { MultiValued = true },
                new("flags", AttributeType.Boolean, "") { MultiValued = true },
                new("slots", AttributeType.Complex, "")
                {
                    MultiValued = true,
                    SubAttributes =
                    [
                        new("n", AttributeType.Integer, ""),
                        new("at", AttributeType.DateTime, ""),
                        new("code", AttributeType.String, "") { CaseExact = true },
                        new("label", AttributeType.String, ""),
                    ],
                },
            ]
        )
    );

    static readonly JsonObject[] Documents =
    [
        [],
        (JsonObject)
            JsonNode.Parse(
                """
                {"ports":2,"weight":1.5,"bought":"2026-01-31T12:00:00Z","serial":"Ab","tags":["Red","blue"],"codes":["X1","y2"],
                 "sizes":[1,20],"flags":[true],
                 "slots":[{"n":1,"at":"2026-01-31T12:00:00Z","code":"A","label":"one"},{"n":3,"code":"b"}]}
                """
            )!,
        (JsonObject)
            JsonNode.Parse(
                """
                {"ports":10,"weight":-0.25,"bought":"2026-01-31T23:30:00+12:00","serial":"ab","tags":["RED"],"codes":["x1"],
                 "sizes":[3],"flags":[false,true],"slots":[{"n":10,"code":"a","label":"ONE"}]}
                """
            )!,
        (JsonObject)
            JsonNode.Parse(
                """{"bought":"2026-01-31T12:00:00","flags":[false],"slots":[{"label":"two","at":"2026-02-01T00:00:00-01:00"}]}"""
            )!,
    ];

    readonly ScimServer _server = new();

    [OneTimeSetUp]
    public void Start() => _server.StartServer();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("ports eq 2")]
    [TestCase("ports ne 2")]
    [TestCase("ports gt 2")]
    [TestCase("ports le \"10\"")]
    [TestCase("not (ports lt 3)")]
    [TestCase("weight eq 1.50")]
    [TestCase("weight lt 0")]
    [TestCase("weight pr")]
    [TestCase("bought eq \"2026-01-31T12:00:00Z\"")]
    [TestCase("bought eq \"2026-01-31T13:00:00+01:00\"")]
    [TestCase("bought lt \"2026-01-31T12:00:00\"")]
    [TestCase("bought ge \"2026-01-31T11:30:00Z\"")]
    [TestCase("bought sw \"2026-01-31T12\"")]
    [TestCase("bought ew \"z\"")]
    [TestCase("serial eq \"ab\"")]
    [TestCase("serial sw \"A\"")]
    [TestCase("tags eq \"RED\"")]
    [TestCase("tags co \"LU\"")]
    [TestCase("tags ne \"blue\"")]
    [TestCase("codes eq \"x1\"")]
    [TestCase("codes sw \"X\"")]
    [TestCase("codes pr")]
    [TestCase("sizes eq 20")]
    [TestCase("sizes gt 2")]
    [TestCase("not (sizes gt 2)")]
    [TestCase("flags eq true")]
    [TestCase("flags ne true")]
    [TestCase("slots[n gt 1 and code eq \"b\"]")]
    [TestCase("slots[n eq 1]")]
    [TestCase("slots.n ge 3")]
    [TestCase("slots[label eq \"one\" and code eq \"A\"]")]
    [TestCase("slots[at gt \"2026-01-31T12:30:00Z\"].label eq \"TWO\"")]
    [TestCase("slots[not (n pr)]")]
    public async Task A_filter_selects_the_documents_that_fit(string filter)
    {
        var parsed = FilterParser.Parse(filter, Device);

        var selected = new List<bool>();
        foreach (var document in Documents)
            selected.Add(await IsSelected(document, parsed));

        Assert.That(selected, Is.EqualTo(Documents.Select(document => FilterEvaluator.Matches(parsed, document))));
        Assert.That(selected, Has.Some.True.And.Some.False);
    }

    async Task<bool> IsSelected(JsonObject document, FilterExpression filter)
    {
        var sql = new Sql();
        var row = $"SELECT {sql.AddJson(ScimJson.Utf8(document))} AS attributes";
        await using var connection = await _server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { sql.Statement($"SELECT count(*) = 1 FROM ({row}) r WHERE {new FilterSql(sql, "", Device).Write(filter)}") },
        };
        return (bool)(await batch.ExecuteScalarAsync())!;
    }
}
