namespace Scim.Tests.Patching;

/// <summary>Members in the document of a group. The server stores them as rows instead, and uses only the parsed operations.</summary>
public sealed class PatchMemberTests
{
    const string Group = """{ "displayName": "G", "members": [{ "value": "1" }, { "value": "2" }, { "value": "3" }] }""";

    [TestCase("""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"1"},{"$ref":null,"value":"3"}]}""", "2")]
    [TestCase("""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"9"}]}""", "1 2 3")]
    [TestCase("""{"op":"Remove","path":"members","value":[]}""", "1 2 3")]
    [TestCase("""{"op":"Remove","path":"members","value":"2"}""", "1 3")]
    [TestCase("""{"op":"Remove","path":"members","value":{"value":"2","display":"Two"}}""", "1 3")]
    [TestCase("""{"op":"remove","path":"members[value eq \"2\"]"}""", "1 3")]
    [TestCase("""{"op":"remove","path":"members[value eq \"9\"]"}""", "1 2 3")]
    [TestCase("""{"op":"remove","path":"members[value eq \"1\" or value eq \"2\"]"}""", "3")]
    [TestCase("""{"op":"remove","path":"members"}""", "")]
    [TestCase("""{"op":"Add","path":"members","value":[{"$ref":null,"value":"4"}]}""", "1 2 3 4")]
    [TestCase("""{"op":"Add","path":"members","value":[{"value":"2"},{"value":"4"},{"value":"4"}]}""", "1 2 3 4")]
    [TestCase("""{"op":"Add","path":"members","value":"string id 1"}""", "1 2 3 string id 1")]
    [TestCase("""{"op":"Add","value":{"members":[{"value":"4"}]}}""", "1 2 3 4")]
    [TestCase("""{"op":"Replace","path":"members","value":[{"value":"4"},{"value":"2"}]}""", "4 2")]
    [TestCase("""{"op":"Replace","path":"members","value":[]}""", "")]
    [TestCase("""{"op":"Replace","value":{"members":[]}}""", "")]
    [TestCase("""{"op":"Replace","value":{"displayName":"H","externalId":"x"}}""", "1 2 3")]
    [TestCase("""{"op":"remove","path":"members[value eq \"1\"]"},{"op":"add","path":"members","value":[{"value":"1"}]}""", "2 3 1")]
    public void Members_come_and_go_as_asked(string operations, string members) =>
        Assert.That(
            string.Join(" ", (Wire.PatchGroup(Group, $"[{operations}]")["members"]?.AsArray() ?? []).Select(m => (string?)m!["value"])),
            Is.EqualTo(members)
        );

    [Test]
    public void Only_value_type_and_reference_of_a_member_are_read() =>
        Assert.That(
            Wire.PatchGroup(
                """{"displayName":"G"}""",
                """[{"op":"add","path":"members","value":[{"value":"1","type":"User","$ref":"../Users/1","display":"Ada","x":1}]}]"""
            ),
            Wire.EqualJson(
                """
                {
                  "displayName": "G", "members": [{ "value": "1", "type": "User", "$ref": "../Users/1" }],
                  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"]
                }
                """
            )
        );

    [TestCase("""{"op":"replace","path":"members[value eq \"1\"].value","value":"9"}""")]
    [TestCase("""{"op":"replace","path":"members[value eq \"1\"].type","value":"Group"}""")]
    [TestCase("""{"op":"replace","path":"members[value eq \"1\"].display","value":"x"}""")]
    [TestCase("""{"op":"remove","path":"members[value eq \"1\"].value"}""")]
    [TestCase("""{"op":"remove","path":"members.type"}""")]
    public void A_member_is_changed_by_removing_and_adding(string operation) =>
        Assert.That(Wire.Refused("mutability", () => Wire.PatchGroup(Group, $"[{operation}]")), Does.Contain("remove the value"));

    [Test]
    public void A_group_keeps_its_name() =>
        Assert.That(
            Wire.Refused("mutability", () => Wire.PatchGroup(Group, """[{"op":"remove","path":"displayName"}]""")),
            Does.Contain("displayName")
        );
}
