namespace Scim.Tests.Patching;

/// <summary>What Entra's three mapping expressions for roles send.</summary>
public sealed class PatchRoleTests
{
    const string Ada = """{ "userName": "ada" }""";

    [Test]
    public void A_single_role_is_addressed_by_its_primary_flag_in_text() =>
        Assert.That(
            Wire.PatchUser(
                Ada,
                """
                [
                  {"op":"Replace","path":"roles[primary eq \"True\"].value","value":"Admin"},
                  {"op":"Replace","path":"roles[primary eq \"True\"].display","value":"Administrator"},
                  {"op":"Add","path":"roles[primary eq \"True\"].type","value":"WindowsAzureActiveDirectoryRole"}
                ]
                """
            ),
            Wire.EqualJson(
                Wire.Ada(
                    """ "roles":[{"primary":true,"value":"Admin","display":"Administrator","type":"WindowsAzureActiveDirectoryRole"}] """
                )
            )
        );

    [TestCase("""[{"value":"{\"id\":\"06b0\",\"value\":\"Admin\",\"displayName\":\"Admin role\"}"}]""")]
    [TestCase("""["{\"id\":\"06b0\",\"value\":\"Admin\",\"displayName\":\"Admin role\"}"]""")]
    [TestCase("""{"value":"{\"Id\":\"06b0\",\"Value\":\"Admin\",\"DisplayName\":\"Admin role\"}"}""")]
    [TestCase(""" "{\"value\":\"{\\\"value\\\":\\\"Admin\\\",\\\"displayName\\\":\\\"Admin role\\\"}\"}" """)]
    public void A_role_inside_a_string_is_opened(string value) =>
        Assert.That(
            Wire.PatchUser(Ada, $$"""[{"op":"Add","path":"roles","value":{{value}} }]"""),
            Wire.EqualJson(Wire.Ada(""" "roles":[{"value":"Admin","display":"Admin role"}] """))
        );

    [Test]
    public void Members_beside_such_a_string_are_added_to_the_role() =>
        Assert.That(
            Wire.PatchUser(
                Ada,
                """[{"op":"Add","path":"roles","value":[{"value":"{\"value\":\"Admin\",\"type\":\"a\"}","type":"b","primary":"True"}]}]"""
            ),
            Wire.EqualJson(Wire.Ada(""" "roles":[{"value":"Admin","type":"a","primary":true}] """))
        );

    [Test]
    public void A_role_inside_a_string_is_opened_on_a_value_path_too() =>
        Assert.That(
            Wire.PatchUser(
                Ada,
                """
                [{"op":"Replace","path":"roles[primary eq \"True\"].value",
                  "value":"{\"value\":\"Admin\",\"displayName\":\"Admin role\"}"}]
                """
            ),
            Wire.EqualJson(Wire.Ada(""" "roles":[{"primary":true,"value":"Admin","display":"Admin role"}] """))
        );

    [TestCase("{Admin}")]
    [TestCase("{}")]
    [TestCase("{\\\"id\\\":\\\"1\\\"}")]
    [TestCase("{\\\"value\\\":5}")]
    [TestCase("{\\\"value\\\":\\\"\\\\ud800\\\"}")]
    [TestCase("{\\\"value\\\":\\\"a\\\",\\\"value\\\":\\\"b\\\"}")]
    [TestCase("[\\\"Admin\\\"]")]
    public void Other_strings_stay_as_they_are(string value) =>
        Assert.That(
            Wire.PatchUser(Ada, $$"""[{"op":"Add","path":"roles","value":[{"value":"{{value}}"}]}]"""),
            Wire.EqualJson(Wire.Ada($$""" "roles":[{"value":"{{value}}"}] """))
        );

    [Test]
    public void Roles_created_in_one_shape_and_patched_in_another_are_the_same_roles()
    {
        var created = ResourceParser.Create(
            Wire.Json(
                """
                {
                  "userName": "ada",
                  "roles": [
                    { "primary": false, "type": "WindowsAzureActiveDirectoryRole", "displayName": "Admin", "value": "Admin" },
                    { "primary": false, "type": "WindowsAzureActiveDirectoryRole", "displayName": "User", "value": "User" }
                  ]
                }
                """
            ),
            ResourceType.User
        );

        var patched = Wire.PatchUser(
            created.ToJsonString(),
            """
            [{"op":"Add","path":"roles","value":[
              {"value":"{\"id\":\"06b07648\",\"value\":\"Admin\",\"displayName\":\"Admin\"}"},
              {"value":"{\"id\":\"06b07649\",\"value\":\"User\",\"displayName\":\"User\"}"}]}]
            """
        );

        Assert.That(patched, Wire.EqualJson(created.ToJsonString()));
    }

    [Test]
    public void Replacing_all_roles_leaves_only_the_new_ones() =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","roles":[{"value":"Admin"},{"value":"User"}]}""",
                """
                [{"op":"replace","path":"roles","value":[
                  {"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"User","value":"User"}]}]
                """
            ),
            Wire.EqualJson(
                Wire.Ada(""" "roles":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole","display":"User","value":"User"}] """)
            )
        );

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("\"\"")]
    public void Replacing_all_roles_by_nothing_clears_them(string nothing) =>
        Assert.That(
            Wire.PatchUser(
                """{"userName":"ada","roles":[{"value":"Admin"}]}""",
                $$"""[{"op":"replace","path":"roles","value":{{nothing}} }]"""
            ),
            Wire.EqualJson(Wire.Ada())
        );
}
