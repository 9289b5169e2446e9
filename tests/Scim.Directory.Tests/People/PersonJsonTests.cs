using System.Text;

namespace Scim.Directory.Tests;

[TestFixture, Parallelizable]
sealed class PersonJsonTests
{
    static string Json(Person person, params PersonGroup[] groups) => Encoding.UTF8.GetString(PersonJson.Utf8(person, Given.Frame(groups)));

    [Test]
    public void A_person_is_written_member_by_member()
    {
        var person = new Person
        {
            Id = Given.Id(100),
            ResourceId = Given.Id(1),
            IsLinked = true,
            ExternalId = "e1",
            Uid = "u1",
            Values = Given.Json("""{"userName":"ella","email":"ella@x","costCenter":"42"}"""),
            Own = Given.Json("""{"department":"R&D é","level":3,"gone":1}"""),
            Local = Given.Json("""{"shoeSize":38}"""),
            Managed = ["userName", "email", "costCenter"],
            ManagerId = Given.Id(107),
            Roles = [new("editor", [Given.Id(5)]), new("viewer", [])],
            Version = 7,
            CreatedAt = Given.Noon,
            UpdatedAt = Given.Later,
        };

        var expected = $$"""
            {"id":"{{Given.Id(100)}}","connectionId":"{{Given.Id(202)}}","organizationId":"{{Given.Id(201)}}","resourceId":"{{Given.Id(
                1
            )}}",
            "externalId":"e1","uid":"u1","appUserId":null,"status":"active","statusReason":null,"userName":"ella","email":"ella@x",
            "firstName":null,"lastName":null,"displayName":null,"jobTitle":null,"department":"R&D é","employeeNumber":null,
            "managerId":"{{Given.Id(107)}}","attributes":{"costCenter":"42","level":3},"localAttributes":{"shoeSize":38},
            "managedAttributes":["userName","email","costCenter"],
            "roles":[{"key":"editor","via":["{{Given.Id(5)}}"]},{"key":"viewer","via":[]}],"groups":[{"id":"{{Given.Id(
                5
            )}}","name":"Design"}],
            "source":{"provider":"entra","connectionId":"{{Given.Id(202)}}","iconUrl":"/icons/entra.svg"},
            "version":7,"createdAt":"2026-01-31T12:00:00.000Z","updatedAt":"2026-01-31T13:00:00.000Z"}
            """;
        Assert.That(Json(person, new PersonGroup(Given.Id(5), "Design")), Is.EqualTo(expected.ReplaceLineEndings("")));
    }

    [Test]
    public void A_person_without_a_resource_has_no_source()
    {
        var json = PersonJson.Of(new() { Id = Given.Id(1), Status = PersonStatus.Inactive }, Given.Frame());

        Assert.That((json.ContainsKey("source"), json["source"]), Is.EqualTo((true, (object?)null)));
        Assert.That((string?)json["status"], Is.EqualTo("inactive"));
    }

    [TestCase(50, false)]
    [TestCase(51, true)]
    public void Fifty_groups_are_shown(int groups, bool truncated)
    {
        var all = Enumerable.Range(1, groups).Select(number => new PersonGroup(Given.Id(number), "G")).ToArray();

        var json = PersonJson.Of(new() { Id = Given.Id(1) }, Given.Frame(all));

        Assert.That(json["groups"]!.AsArray(), Has.Count.EqualTo(50));
        Assert.That((bool?)json["groupsTruncated"], Is.EqualTo(truncated ? true : null));
    }

    [Test]
    public void A_person_read_back_from_JSON_is_the_same()
    {
        const string Extension = "urn:x:y:1.0:User";
        var rules = Given.Rules(
            Given.Mapping(
                new("level", [$"{Extension}:level"]),
                new("remote", [$"{Extension}:remote"]),
                new("hired", [$"{Extension}:hired"]),
                new("tags", [$"{Extension}:tags"])
            )
        );
        var user = Given.Ella($"'{Extension}':{{'level':42.50,'remote':'True','hired':'2026-01-31','tags':['b','a']}}");
        var known = Given.Known(user, rules);

        var stored = known with { Values = Given.Json(known.Values.ToJsonString().Replace("42.50", "42.5")), Own = [], Local = [] };

        Assert.That(
            Given.Project(user, rules, stored),
            Is.InstanceOf<Outcome.Unchanged>().And.Matches<Outcome.Unchanged>(unchanged => unchanged.Row is null)
        );
    }
}
