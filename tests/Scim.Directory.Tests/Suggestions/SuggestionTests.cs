namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class SuggestionTests
{
    const string Document = """
        {"schemas":["x"],"userName":"ella","active":true,"name":{"givenName":"Ella"},
         "emails":[{"type":"work","value":"w@x","primary":true},{"primary":true,"value":"p@x"},{"value":"o@x"}],
         "roles":[{"value":"r","display":"R","type":"say \"hi\""}],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D","manager":{"value":"7","$ref":"x"}},
         "urn:x:y:1.0:User":{"badge":42,"sizes":["S","M"],"odd name":1,"deep":{"a":{"b":1},"c":2}}}
        """;

    [Test]
    public void Every_value_has_a_path_that_reads_it()
    {
        var document = Given.Json(Document);
        var readable = DocumentPaths.Of(document).Where(found => !found.Path.Contains("odd name")).ToArray();

        Assert.That(
            readable.Select(found => found.Path).Distinct(),
            Is.EqualTo(
                new[]
                {
                    "userName",
                    "active",
                    "name.givenName",
                    """emails[type eq "work"].value""",
                    "emails[primary eq true].value",
                    "emails.value",
                    """roles[type eq "say \"hi\""].value""",
                    """roles[type eq "say \"hi\""].display""",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
                    "urn:x:y:1.0:User:badge",
                    "urn:x:y:1.0:User:sizes",
                    "urn:x:y:1.0:User:deep.c",
                }
            )
        );
        foreach (var (path, value) in readable)
            Assert.That(ResourcePath.Parse(path, ResourceType.User).Values(document), Does.Contain(value), path);
    }

    [TestCase("userName", "userName")]
    [TestCase("name.givenName", "firstName")]
    [TestCase("name.familyName", "lastName")]
    [TestCase("name.formatted", "displayName")]
    [TestCase("addresses.formatted", null)]
    [TestCase("""emails[type eq "work"].value""", "email")]
    [TestCase("""emails[type eq "home"].value""", null)]
    [TestCase("emails.value", "email")]
    [TestCase("title", "jobTitle")]
    [TestCase("urn:x:y:1.0:User:employeeId", "employeeNumber")]
    [TestCase("urn:x:y:1.0:User:sur-name", "lastName")]
    [TestCase("urn:x:y:1.0:User:mail", "email")]
    [TestCase("urn:x:y:1.0:User:cost_center", "costCenter")]
    [TestCase("urn:x:y:1.0:User:shoes", null)]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", "managerId")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName", null)]
    public void A_path_suggests_the_attribute_that_it_may_be(string path, string? name) =>
        Assert.That(Synonyms.Suggest(path, Given.Catalogue), Is.EqualTo(name));

    [Test]
    public void A_sample_counts_users_and_shows_the_last_distinct_values()
    {
        var sample = new PathSample(Given.Catalogue, ResourceType.User);
        foreach (var title in new[] { "a", "b", "c", "a", "d", "e", "f" })
            sample.Add(Given.Json($$"""{"userName":"x","title":"{{title}}"}"""));
        sample.Add(Given.Json("""{"userName":"y"}"""));

        var suggestions = sample.Suggestions();

        Assert.That(suggestions.Select(s => (s.Path, s.Users, s.Share)), Is.EqualTo(new[] { ("userName", 8, 1.0), ("title", 7, 0.875) }));
        Assert.That(suggestions[1].Values.Select(value => value.ToString()), Is.EqualTo(new[] { "f", "e", "d", "a", "c" }));
        Assert.That(suggestions[1].Attribute, Is.EqualTo("jobTitle"));
    }

    [Test]
    public void Values_of_another_type_suggest_nothing()
    {
        var sample = new PathSample(Given.Catalogue, ResourceType.User);
        sample.Add(Given.Json("""{"userName":"x","urn:x:y:1.0:User":{"level":"many","remote":"True"}}"""));

        Assert.That(sample.Suggestions().Select(s => s.Attribute), Is.EquivalentTo(new[] { "userName", null, "remote" }));
    }

    [Test]
    public void Values_can_be_masked()
    {
        var suggestion = new PathSuggestion("x", 1, 1, ["ella.berg@x1.com", true], null);

        Assert.That(suggestion.Masked().Values.Select(value => value.ToString()), Is.EqualTo(new[] { "e•••.••••@••.•••", "true" }));
    }
}
