using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>Attributes of extensions in a PATCH (RFC 7644 §3.5.2; RFC 7643 §3.3, §4.3).</summary>
static class ExtensionChecks
{
    const string Department = Trial.EnterpriseSchema + ":department";
    const string EmployeeNumber = Trial.EnterpriseSchema + ":employeeNumber";
    const string CustomTag = "urn:ietf:params:scim:schemas:extension:ComplianceExtension:2.0:User:tag";
    const string Split = "Split the path at the last colon: what stands before it is the URN of the extension, though it holds dots (2.0).";

    static string Both => Trial.Enterprise("""{"department":"Sales","employeeNumber":"0042"}""");

    static string One => Trial.Enterprise("""{"department":"Sales"}""");

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchShape(
            "patch.enterprise.creates",
            "An enterprise attribute can be set for a user who has none yet",
            "FusionAuth/fusionauth-issues#2667; RFC 7644 §3.5.2",
            "{}",
            [$$"""{"op":"add","path":"{{Department}}","value":"Retail"}"""],
            [(Department, "Retail")]
        )
        {
            Why = "The first department of a person never arrives; some servers fail with an internal error.",
            Change = "Make the extension when one of its attributes is set.",
            Attributes = ["EnterpriseUser:department"],
        },
        new PatchShape(
            "patch.enterprise.listed",
            "schemas lists the enterprise URN as soon as an attribute of it is set",
            "RFC 7644 §3.5.2 (automatically adds the value to schemas); RFC 7643 §3",
            "{}",
            [$$"""{"op":"add","path":"{{Department}}","value":"Retail"}"""],
            []
        )
        {
            Also = read => read.That(Lists(read), $"schemas holds {Trial.EnterpriseSchema}", Reply.Shown(read["schemas"])),
            Why = "Clients read an extension only when schemas announces it.",
            Change = "Build schemas from what the resource holds whenever it is written.",
            Attributes = ["EnterpriseUser:department"],
        },
        new PatchShape(
            "patch.enterprise.replace",
            "An enterprise attribute is replaced, the others stay",
            "RFC 7644 §3.5.2.3; simpleidserver/SimpleIdServer#278",
            Both,
            [$$"""{"op":"replace","path":"{{Department}}","value":"Retail"}"""],
            [(Department, "Retail"), (EmployeeNumber, "0042")]
        )
        {
            Why = "A change of department is lost, or takes the employee number with it.",
            Change = Split,
            Attributes = ["EnterpriseUser:department", "EnterpriseUser:employeeNumber"],
        },
        new PatchShape(
            "patch.enterprise.remove",
            "An enterprise attribute is removed, the others stay",
            "RFC 7644 §3.5.2.2",
            Both,
            [$$"""{"op":"remove","path":"{{Department}}"}"""],
            [(Department, null), (EmployeeNumber, "0042")]
        )
        {
            Why = "The old department stays for ever, or the employee number goes with it.",
            Change = Split,
            Attributes = ["EnterpriseUser:department", "EnterpriseUser:employeeNumber"],
        },
        new PatchShape(
            "patch.enterprise.emptied",
            "schemas no longer lists an extension that has become empty",
            "RFC 7643 §3 (schemas names the schemas present in the resource)",
            One,
            [$$"""{"op":"remove","path":"{{Department}}"}"""],
            [(Department, null)]
        )
        {
            Severity = Advice,
            Also = read => read.That(!Lists(read), $"schemas without {Trial.EnterpriseSchema}", Reply.Shown(read["schemas"])),
            Why = "Clients look for data that is not there.",
            Change = "Build schemas from what the resource holds whenever it is written.",
            Attributes = ["EnterpriseUser:department"],
        },
        new PatchShape(
            "patch.custom-extension",
            "An attribute of an extension of the admin's own can be set",
            "entra-docs customize-application-attributes.md, custom extension attributes",
            "{}",
            [$$"""{"op":"replace","path":"{{CustomTag}}","value":"A1"}"""],
            [(CustomTag, "A1")]
        )
        {
            Severity = Advice,
            Profiles = Profiles.Entra,
            Why = "Admins can only map what you have foreseen; anything else fails every change of the person.",
            Change = "Store attributes of extensions that you do not know, under their URN.",
        },
    ];

    static bool Lists(Reply read) =>
        read["schemas"].Items().Any(urn => urn.Text().Equals(Trial.EnterpriseSchema, StringComparison.OrdinalIgnoreCase));
}
