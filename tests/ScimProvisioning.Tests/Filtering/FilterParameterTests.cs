using System.Text.Json;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Filtering;

/// <summary>Filter values are sent as parameters only: the text of the SQL statement is the same for every value.</summary>
[TestFixture, Parallelizable]
sealed class FilterParameterTests
{
    static readonly string[] Filters =
    [
        "userName eq {0}",
        "userName ne {0}",
        "userName co {0}",
        "userName sw {0}",
        "userName ew {0}",
        "userName gt {0}",
        "externalId eq {0}",
        "id co {0}",
        "meta.location eq {0}",
        "meta.created co {0}",
        "meta[version sw {0}]",
        "title eq {0}",
        "title le {0}",
        "name.familyName co {0}",
        "name[familyName eq {0}]",
        "emails eq {0}",
        "emails.value ew {0}",
        "emails[type eq {0} and value co {0}]",
        "emails[type eq {0}].value ne {0}",
        "photos.value eq {0}",
        "schemas eq {0}",
        "groups.display eq {0}",
        "groups[$ref co {0}]",
        "manager eq {0}",
        "urn:acme:Badge:colour eq {0}",
        "urn:acme:Badge:visits[site sw {0}]",
        "not (userName eq {0} or title eq {0})",
    ];

    static readonly string[] Values =
    [
        "'",
        "''; DROP TABLE resources; --",
        "$1",
        "{0}",
        "%",
        "_",
        "\\",
        "\"",
        "?",
        ":p",
        "@p",
        "E'\\x41'",
        "$$",
        "/* */",
        "ﬀ\u2019",
        "\n",
    ];

    [TestCaseSource(nameof(Filters))]
    public void The_text_is_the_same_for_every_value(string filter)
    {
        var harmless = Translate(filter, "harmless").Text;

        foreach (var value in Values)
        {
            var (text, parameters) = Translate(filter, value);
            Assert.That(text, Is.EqualTo(harmless), value);
            Assert.That(parameters, Has.Some.Contains(value).IgnoreCase.Or.Some.Contains(Escaped(value)).IgnoreCase);
        }
    }

    [TestCase("urn:acme:O'Brien:x eq 1", "O'Brien")]
    [TestCase("urn:acme:$1;--:x eq 1", "$1;--")]
    [TestCase("urn:acme:Badge:Colour[Site eq 1]", "Site")]
    public void A_name_that_is_in_no_schema_is_sent_as_a_parameter_too(string filter, string name)
    {
        var text = Translate(filter, "").Text;

        Assert.That(text, Does.Not.Contain(name).IgnoreCase);
    }

    static (string Text, IReadOnlyList<string> Parameters) Translate(string filter, string value)
    {
        var sql = new Sql();
        var parsed = FilterParser.Parse(filter.Replace("{0}", $"\"{Escaped(value)}\"", StringComparison.Ordinal), ResourceType.User);
        var text = new FilterSql(sql, "https://scim.example.com/scim/v2/con-x", ResourceType.User).Write(parsed);
        return (text, [.. sql.Statement(text).Parameters.Select(parameter => parameter.Value!.ToString()!)]);
    }

    static string Escaped(string value) => JsonSerializer.Serialize(value)[1..^1];
}
