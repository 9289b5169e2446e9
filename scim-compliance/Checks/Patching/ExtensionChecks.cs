using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>Attributes of extensions in a PATCH (RFC 7644 §3.5.2; RFC 7643 §3.3, §4.3).</summary>
static class ExtensionChecks
{
    const string Department = SchemaUrn.EnterpriseUser + ":department";
    const string EmployeeNumber = SchemaUrn.EnterpriseUser + ":employeeNumber";
    const string CustomTag = "urn:ietf:params:scim:schemas:extension:ComplianceExtension:2.0:User:tag";
    const string Split = "Split the path at the last colon: what stands before it is the URN of the extension, though it holds dots (2.0).";

    static string Both => CheckRun.EnterpriseJson("""{"department":"Sales","employeeNumber":"0042"}""");

    static string One => CheckRun.EnterpriseJson("""{"department":"Sales"}""");

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchCase()
        {
            Id = "patch.enterprise.creates",
            Title = "An enterprise attribute can be set for a user who has none yet",
            Rule = "FusionAuth/fusionauth-issues#2667; RFC 7644 §3.5.2",
            Attributes = ["EnterpriseUser:department"],
            Why = "The first department of a person never arrives; some servers fail with an internal error.",
            Change = "Make the extension when one of its attributes is set.",
            Before = "{}",
            Operations = [$$"""{"op":"add","path":"{{Department}}","value":"Retail"}"""],
            After = [(Department, "Retail")],
        },
        new PatchCase()
        {
            Id = "patch.enterprise.listed",
            Title = "schemas lists the enterprise URN as soon as an attribute of it is set",
            Rule = "RFC 7644 §3.5.2 (automatically adds the value to schemas); RFC 7643 §3",
            Attributes = ["EnterpriseUser:department"],
            Why = "Clients read an extension only when schemas announces it.",
            Change = "Build schemas from what the resource holds whenever it is written.",
            Before = "{}",
            Operations = [$$"""{"op":"add","path":"{{Department}}","value":"Retail"}"""],
            After = [],
            ExpectAlso = read => read.That(Lists(read), $"schemas holds {SchemaUrn.EnterpriseUser}", Reply.Describe(read["schemas"])),
        },
        new PatchCase()
        {
            Id = "patch.enterprise.replace",
            Title = "An enterprise attribute is replaced, the others stay",
            Rule = "RFC 7644 §3.5.2.3; simpleidserver/SimpleIdServer#278",
            Attributes = ["EnterpriseUser:department", "EnterpriseUser:employeeNumber"],
            Why = "A change of department is lost, or takes the employee number with it.",
            Change = Split,
            Before = Both,
            Operations = [$$"""{"op":"replace","path":"{{Department}}","value":"Retail"}"""],
            After = [(Department, "Retail"), (EmployeeNumber, "0042")],
        },
        new PatchCase()
        {
            Id = "patch.enterprise.remove",
            Title = "An enterprise attribute is removed, the others stay",
            Rule = "RFC 7644 §3.5.2.2",
            Attributes = ["EnterpriseUser:department", "EnterpriseUser:employeeNumber"],
            Why = "The old department stays, or the employee number goes with it.",
            Change = Split,
            Before = Both,
            Operations = [$$"""{"op":"remove","path":"{{Department}}"}"""],
            After = [(Department, null), (EmployeeNumber, "0042")],
        },
        new PatchCase()
        {
            Id = "patch.enterprise.emptied",
            Title = "schemas no longer lists an extension that has become empty",
            Rule = "RFC 7643 §3 (schemas names the schemas present in the resource)",
            Severity = Advice,
            Attributes = ["EnterpriseUser:department"],
            Why = "Clients look for data that is not there.",
            Change = "Build schemas from what the resource holds whenever it is written.",
            Before = One,
            Operations = [$$"""{"op":"remove","path":"{{Department}}"}"""],
            After = [(Department, null)],
            ExpectAlso = read => read.That(!Lists(read), $"schemas without {SchemaUrn.EnterpriseUser}", Reply.Describe(read["schemas"])),
        },
        new PatchCase()
        {
            Id = "patch.custom-extension",
            Title = "An attribute of an extension of the admin's own can be set",
            Rule = "entra-docs customize-application-attributes.md, custom extension attributes",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Why = "Admins can only map what you have foreseen; anything else fails every change of the person.",
            Change = "Store attributes of extensions that you do not know, under their URN.",
            Before = "{}",
            Operations = [$$"""{"op":"replace","path":"{{CustomTag}}","value":"A1"}"""],
            After = [(CustomTag, "A1")],
        },
    ];

    static bool Lists(Reply read) =>
        read["schemas"].Items().Any(urn => urn.Text().Equals(SchemaUrn.EnterpriseUser, StringComparison.OrdinalIgnoreCase));
}
