namespace Scim.Tests.Patching;

/// <summary>RFC 7644 §3.5.2, Figure 7.</summary>
public sealed class PatchPathTests
{
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [TestCase("displayName", "displayName")]
    [TestCase("DISPLAYNAME", "displayName")]
    [TestCase("name.givenName", "name.givenName")]
    [TestCase("""emails[type eq "work"]""", """emails[type eq "work"]""")]
    [TestCase("""emails[type eq "work"].value""", """emails[type eq "work"].value""")]
    [TestCase("""EMAILS[TYPE EQ "work"].Value""", """emails[type eq "work"].value""")]
    [TestCase("""emails[type eq "work" and value ew "example.com"]""", """emails[type eq "work" and value ew "example.com"]""")]
    [TestCase("""emails[not (type eq "work")].display""", """emails[not (type eq "work")].display""")]
    [TestCase("""emails [ type eq "work" ]""", """emails[type eq "work"]""")]
    [TestCase("""emails[value eq "a]b"]""", """emails[value eq "a]b"]""")]
    [TestCase("""roles[primary eq "True"].value""", "roles[primary eq true].value")]
    [TestCase("""addresses[type eq "work"].Formatted""", """addresses[type eq "work"].formatted""")]
    [TestCase("roles[primary eq true].displayName", "roles[primary eq true].display")]
    [TestCase(Enterprise + ":employeeNumber", Enterprise + ":employeeNumber")]
    [TestCase(Enterprise + ":manager.value", Enterprise + ":manager.value")]
    [TestCase("urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department", Enterprise + ":department")]
    [TestCase("employeeNumber", Enterprise + ":employeeNumber")]
    [TestCase("manager.$ref", Enterprise + ":manager.$ref")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", "name.familyName")]
    [TestCase("""urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"].value""", """emails[type eq "work"].value""")]
    [TestCase("urn:example:Custom:2.0:User:tag", "urn:example:Custom:2.0:User:tag")]
    [TestCase("urn:example:tag", "urn:example:tag")]
    [TestCase(
        """urn:example:Custom:2.0:User:tags[kind eq "a:b" and size eq 10].label""",
        """urn:example:Custom:2.0:User:tags[kind eq "a:b" and size eq "10"].label"""
    )]
    public void A_path_is_resolved_against_the_schema(string path, string resolved) =>
        Assert.That(FilterParser.ParsePath(path, ResourceType.User).ToString(), Is.EqualTo(resolved));

    [TestCase("studentNumber", "studentNumber")]
    [TestCase("", "''")]
    [TestCase(" ", "' '")]
    [TestCase(".", "'.'")]
    [TestCase("name.", "name.")]
    [TestCase(".name", ".name")]
    [TestCase("name..givenName", "name..givenName")]
    [TestCase("name.givenName.first", "name.givenName.first")]
    [TestCase("name.nick", "name.nick")]
    [TestCase("name givenName", "name givenName")]
    [TestCase("userName.value", "userName.value")]
    [TestCase("""studentNumber[type eq "a"]""", "studentNumber")]
    [TestCase("""emails[type eq "work"].nick""", "nick")]
    [TestCase("""emails[type eq "work"].""", "sub-attribute ''")]
    [TestCase("""emails[type eq "work"].value.x""", "value.x")]
    [TestCase("""emails[type eq "work"]value""", "end of the path")]
    [TestCase("""emails[type eq "work"].value[type pr]""", "end of the path")]
    [TestCase("""emails[type eq "work"] eq "x" """, "end of the path")]
    [TestCase("""userName[value eq "x"]""", "userName")]
    [TestCase("""name.givenName[value eq "x"]""", "name.givenName")]
    [TestCase(Enterprise + ":badge", "badge")]
    [TestCase(Enterprise + ":", "2.0:User:")]
    [TestCase(Enterprise + ":.manager", ".manager")]
    [TestCase(Enterprise + ":manager:value", "manager:value")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User:department", "department")]
    [TestCase("urn:ietf:params:scim:schemas:core:2.0:User", "2.0:User")]
    [TestCase("urn:ietf:params:scim:api:messages:2.0:PatchOp:path", "PatchOp")]
    [TestCase("urn:tag", "urn:tag")]
    [TestCase("urn:ex ample:tag", "urn:ex ample:tag")]
    [TestCase("urn:ex\"ample:tag", "ample:tag")]
    [TestCase("urn:exämple:tag", "urn:ex")]
    [TestCase("urn:example:Custom:2.0:User:tags[kind pr].", "sub-attribute ''")]
    [TestCase("urn:example:Custom:2.0:User:tags[kind pr].a.b", "a.b")]
    public void A_path_that_names_nothing_is_refused_by_name(string path, string named) =>
        Assert.That(Wire.Refused("invalidPath", () => FilterParser.ParsePath(path, ResourceType.User)), Does.Contain(named));

    [TestCase("emails[]")]
    [TestCase("emails[type]")]
    [TestCase("emails[type eq]")]
    [TestCase("emails[type eq \"work\"")]
    [TestCase("emails[kind eq \"work\"]")]
    [TestCase("emails[value[type pr]]")]
    [TestCase("urn:example:Custom:2.0:User:tags[a.b eq \"x\"]")]
    public void What_stands_in_brackets_is_a_filter(string path) =>
        Wire.Refused("invalidFilter", () => FilterParser.ParsePath(path, ResourceType.User));
}
