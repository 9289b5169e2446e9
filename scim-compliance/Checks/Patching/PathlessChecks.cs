using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>PATCH without a path: the value holds attributes, or paths as keys (RFC 7644 §3.5.2.1, §3.5.2.3).</summary>
static class PathlessChecks
{
    const string Flag = "entra-docs application-provisioning-config-problem-scim-compatibility.md, flag on";
    const string Department = Trial.EnterpriseSchema + ":department";
    const string EmployeeNumber = Trial.EnterpriseSchema + ":employeeNumber";
    const string Silent = "The request seems to work, but nothing arrives: the value is stored under a name that nobody reads, or dropped.";
    const string Keys = "Without a path, take each key of the value as a path: dots and URNs included.";
    const string Merge = "Without a path, apply each member of the value as an operation of its own.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchShape(
            "patch.path-less.replace",
            "replace without path changes the attributes in its value and no other",
            "RFC 7644 §3.5.2.3",
            """{"displayName":"Before","title":"Clerk","preferredLanguage":"de"}""",
            ["""{"op":"replace","value":{"displayName":"Ada","title":"Engineer"}}"""],
            [("displayName", "Ada"), ("title", "Engineer"), ("preferredLanguage", "de")]
        )
        {
            Why = "Okta, and Entra with aadOptscim062020, change several attributes this way.",
            Change = Merge,
            Attributes = ["User:title", "User:preferredLanguage"],
        },
        new PatchShape(
            "patch.path-less.add",
            "add without path sets the attributes in its value",
            "RFC 7644 §3.5.2.1",
            """{"title":"Clerk"}""",
            ["""{"op":"add","value":{"displayName":"Ada","title":"Engineer"}}"""],
            [("displayName", "Ada"), ("title", "Engineer")]
        )
        {
            Why = "Clients that add several attributes at once do it this way, as the RFC's example shows.",
            Change = Merge,
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.path-less.add-values",
            "add without path keeps the values that are there",
            "RFC 7644 §3.5.2.1 (second example)",
            """{"emails":[{"type":"work","value":"ada@example.com"}]}""",
            ["""{"op":"add","value":{"emails":[{"type":"home","value":"ada@example.org"}]}}"""],
            [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")]
        )
        {
            Why = "The second address wipes out the first.",
            Change = "Append to multi-valued attributes on add, with or without a path.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.path-less.replace-values",
            "replace without path replaces all values of an attribute",
            "RFC 7644 §3.5.2.3 (last example)",
            """{"emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}]}""",
            ["""{"op":"replace","value":{"emails":[{"type":"work","value":"new@example.com"}]}}"""],
            [("""emails[type eq "work"].value""", "new@example.com")]
        )
        {
            Also = read => read.Count("emails", 1),
            Why = "Old addresses pile up beside the new one.",
            Change = "On replace put the array in the place of the old one, with or without a path.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.path-less.dotted",
            "A key with a dot is a path to a sub-attribute",
            $"{Flag}; scim-for-keycloak#26",
            """{"name":{"givenName":"Before","familyName":"Lovelace"}}""",
            ["""{"op":"replace","value":{"name.givenName":"Ada"}}"""],
            [("name.givenName", "Ada"), ("name.familyName", "Lovelace")]
        )
        {
            Profiles = Profiles.Entra,
            Why = Silent,
            Change = Keys,
        },
        new PatchShape(
            "patch.path-less.urn",
            "A key with the enterprise URN is a path to its attribute",
            $"{Flag}; Captain-P-Goldfish/SCIM-SDK#193",
            "{}",
            [$$$"""{"op":"replace","value":{"{{{EmployeeNumber}}}":"0042"}}"""],
            [(EmployeeNumber, "0042")]
        )
        {
            Profiles = Profiles.Entra,
            Why = Silent,
            Change = Keys,
            Attributes = ["EnterpriseUser:employeeNumber"],
        },
        new PatchShape(
            "patch.path-less.nested",
            "An object in the value is merged, its siblings stay",
            "RFC 7644 §3.5.2.3; pranems/SCIMServer",
            """{"name":{"givenName":"Before","familyName":"Lovelace"}}""",
            ["""{"op":"replace","value":{"name":{"givenName":"Ada"}}}"""],
            [("name.givenName", "Ada"), ("name.familyName", "Lovelace")]
        )
        {
            Why = "A new first name wipes out the family name.",
            Change = "Merge sub-attributes into what is there, with or without a path.",
        },
        new PatchShape(
            "patch.path-less.nested-extension",
            "An extension in the value is merged, its other attributes stay",
            "RFC 7644 §3.5.2.3; RFC 7643 §3.3",
            Trial.Enterprise("""{"department":"Before","employeeNumber":"0042"}"""),
            [$$$"""{"op":"replace","value":{{{Trial.Enterprise("""{"department":"Retail"}""")}}}}"""],
            [(Department, "Retail"), (EmployeeNumber, "0042")]
        )
        {
            Severity = Should,
            Why = "A change of department wipes out the employee number.",
            Change = "Take the URN of an extension as a container whose members are applied one by one.",
            Attributes = ["EnterpriseUser:department", "EnterpriseUser:employeeNumber"],
        },
    ];
}
