using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>PATCH without a path: the value holds attributes, or paths as keys (RFC 7644 §3.5.2.1, §3.5.2.3).</summary>
static class PathlessChecks
{
    const string Flag = "entra-docs application-provisioning-config-problem-scim-compatibility.md, flag on";
    const string Department = SchemaUrn.EnterpriseUser + ":department";
    const string EmployeeNumber = SchemaUrn.EnterpriseUser + ":employeeNumber";
    const string Silent =
        "The request seems to work, but nothing arrives: the value is stored under a name that is never read, or dropped.";
    const string Keys = "Without a path, take each key of the value as a path: dots and URNs included.";
    const string Merge = "Without a path, apply each member of the value as an operation of its own.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchCase()
        {
            Id = "patch.path-less.replace",
            Title = "replace without path changes the attributes in its value and no other",
            Rule = "RFC 7644 §3.5.2.3",
            Attributes = ["User:title", "User:preferredLanguage"],
            Why = "Okta, and Entra with aadOptscim062020, change several attributes this way.",
            Change = Merge,
            Before = """{"displayName":"Before","title":"Clerk","preferredLanguage":"de"}""",
            Operations = ["""{"op":"replace","value":{"displayName":"Ada","title":"Engineer"}}"""],
            After = [("displayName", "Ada"), ("title", "Engineer"), ("preferredLanguage", "de")],
        },
        new PatchCase()
        {
            Id = "patch.path-less.add",
            Title = "add without path sets the attributes in its value",
            Rule = "RFC 7644 §3.5.2.1",
            Attributes = ["User:title"],
            Why = "Clients that add several attributes at once do it this way, as the RFC's example shows.",
            Change = Merge,
            Before = """{"title":"Clerk"}""",
            Operations = ["""{"op":"add","value":{"displayName":"Ada","title":"Engineer"}}"""],
            After = [("displayName", "Ada"), ("title", "Engineer")],
        },
        new PatchCase()
        {
            Id = "patch.path-less.add-values",
            Title = "add without path keeps the values that are there",
            Rule = "RFC 7644 §3.5.2.1 (second example)",
            Attributes = ["User:emails"],
            Why = "The second address wipes out the first.",
            Change = "Append to multi-valued attributes on add, with or without a path.",
            Before = """{"emails":[{"type":"work","value":"ada@example.com"}]}""",
            Operations = ["""{"op":"add","value":{"emails":[{"type":"home","value":"ada@example.org"}]}}"""],
            After = [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")],
        },
        new PatchCase()
        {
            Id = "patch.path-less.replace-values",
            Title = "replace without path replaces all values of an attribute",
            Rule = "RFC 7644 §3.5.2.3 (last example)",
            Attributes = ["User:emails"],
            Why = "Old addresses pile up beside the new one.",
            Change = "On replace put the array in the place of the old one, with or without a path.",
            Before = """{"emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}]}""",
            Operations = ["""{"op":"replace","value":{"emails":[{"type":"work","value":"new@example.com"}]}}"""],
            After = [("""emails[type eq "work"].value""", "new@example.com")],
            ExpectAlso = read => read.Count("emails", 1),
        },
        new PatchCase()
        {
            Id = "patch.path-less.dotted",
            Title = "A key with a dot is a path to a sub-attribute",
            Rule = $"{Flag}; scim-for-keycloak#26",
            Profiles = Profiles.Entra,
            Why = Silent,
            Change = Keys,
            Before = """{"name":{"givenName":"Before","familyName":"Lovelace"}}""",
            Operations = ["""{"op":"replace","value":{"name.givenName":"Ada"}}"""],
            After = [("name.givenName", "Ada"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.path-less.urn",
            Title = "A key with the enterprise URN is a path to its attribute",
            Rule = $"{Flag}; Captain-P-Goldfish/SCIM-SDK#193",
            Profiles = Profiles.Entra,
            Attributes = ["EnterpriseUser:employeeNumber"],
            Why = Silent,
            Change = Keys,
            Before = "{}",
            Operations = [$$$"""{"op":"replace","value":{"{{{EmployeeNumber}}}":"0042"}}"""],
            After = [(EmployeeNumber, "0042")],
        },
        new PatchCase()
        {
            Id = "patch.path-less.nested",
            Title = "An object in the value is merged, its siblings stay",
            Rule = "RFC 7644 §3.5.2.3; pranems/SCIMServer",
            Why = "A new first name wipes out the family name.",
            Change = "Merge sub-attributes into what is there, with or without a path.",
            Before = """{"name":{"givenName":"Before","familyName":"Lovelace"}}""",
            Operations = ["""{"op":"replace","value":{"name":{"givenName":"Ada"}}}"""],
            After = [("name.givenName", "Ada"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.path-less.nested-extension",
            Title = "An extension in the value is merged, its other attributes stay",
            Rule = "RFC 7644 §3.5.2.3; RFC 7643 §3.3",
            Severity = Should,
            Attributes = ["EnterpriseUser:department", "EnterpriseUser:employeeNumber"],
            Why = "A change of department wipes out the employee number.",
            Change = "Take the URN of an extension as a container whose members are applied one by one.",
            Before = CheckRun.EnterpriseJson("""{"department":"Before","employeeNumber":"0042"}"""),
            Operations = [$$$"""{"op":"replace","value":{{{CheckRun.EnterpriseJson("""{"department":"Retail"}""")}}}}"""],
            After = [(Department, "Retail"), (EmployeeNumber, "0042")],
        },
    ];
}
