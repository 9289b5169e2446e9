using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>What add, replace and remove do to the attributes of a user (RFC 7644 §3.5.2.1–§3.5.2.3).</summary>
static class OperationChecks
{
    const string Add = "RFC 7644 §3.5.2.1";
    const string Remove = "RFC 7644 §3.5.2.2";
    const string Replace = "RFC 7644 §3.5.2.3";
    const string Named = """{"name":{"givenName":"Ada","familyName":"Lovelace"}}""";
    const string Work = """{"emails":[{"type":"work","value":"ada@example.com"}]}""";
    const string Two = """{"emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}]}""";
    const string Lost = "A change in Entra does not arrive in the app, or takes other values with it.";
    const string Engine =
        "Follow the table in the RFC section: what the operation does depends on whether the target is single-valued, complex or multi-valued.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchShape(
            "patch.add.single",
            "add sets a single value that was not there",
            Add,
            "{}",
            ["""{"op":"add","path":"title","value":"Engineer"}"""],
            [("title", "Engineer")]
        )
        {
            Why = Lost,
            Change = Engine,
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.add.single-present",
            "add replaces a single value that was there",
            $"{Add}; Entra sends add and replace alike (learn Q&A 1373350)",
            """{"title":"Clerk"}""",
            ["""{"op":"add","path":"title","value":"Engineer"}"""],
            [("title", "Engineer")]
        )
        {
            Why = "Entra chooses between add and replace by what it remembers, not by what you hold.",
            Change = "Let add replace the value of a single-valued attribute.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.add.sub-attribute",
            "add sets a sub-attribute and keeps its siblings",
            Add,
            """{"name":{"familyName":"Lovelace"}}""",
            ["""{"op":"add","path":"name.givenName","value":"Ada"}"""],
            [("name.givenName", "Ada"), ("name.familyName", "Lovelace")]
        )
        {
            Why = Lost,
            Change = Engine,
        },
        new PatchShape(
            "patch.add.complex",
            "add of a complex value merges its sub-attributes",
            Add,
            """{"name":{"familyName":"Lovelace"}}""",
            ["""{"op":"add","path":"name","value":{"givenName":"Ada"}}"""],
            [("name.givenName", "Ada"), ("name.familyName", "Lovelace")]
        )
        {
            Why = Lost,
            Change = "Merge the sub-attributes of the value into what is there.",
        },
        new PatchShape(
            "patch.add.multi-valued",
            "add to an attribute with several values keeps the others",
            Add,
            Work,
            ["""{"op":"add","path":"emails","value":[{"type":"home","value":"ada@example.org"}]}"""],
            [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")]
        )
        {
            Why = "The second address wipes out the first.",
            Change = "Append to a multi-valued attribute on add; only replace overwrites.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.add.multi-valued-object",
            "add takes one value without an array around it",
            $"{Add} (the value may be an object)",
            Work,
            ["""{"op":"add","path":"emails","value":{"type":"home","value":"ada@example.org"}}"""],
            [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")]
        )
        {
            Severity = Should,
            Why = "Clients send a single value both ways; one of them fails or stores an object where a list belongs.",
            Change = "Treat an object as an array of one on a multi-valued attribute.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.add.no-duplicate",
            "add of a value that is there already makes no second one",
            $"{Add} (no changes SHOULD be made)",
            Work,
            ["""{"op":"add","path":"emails","value":[{"type":"work","value":"ada@example.com"}]}"""],
            []
        )
        {
            Severity = Should,
            Also = read => read.Count("emails", 1),
            Why = "Entra repeats what it is not sure of; lists grow by one copy per cycle.",
            Change = "Compare with the values that are there before appending.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.replace.single",
            "replace changes a single value",
            Replace,
            """{"title":"Clerk"}""",
            ["""{"op":"replace","path":"title","value":"Engineer"}"""],
            [("title", "Engineer")]
        )
        {
            Why = Lost,
            Change = Engine,
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.replace.absent",
            "replace of a value that is not there sets it",
            $"{Replace} (SHALL treat the operation as an add)",
            "{}",
            ["""{"op":"replace","path":"title","value":"Engineer"}"""],
            [("title", "Engineer")]
        )
        {
            Why = "Entra replaces what it believes to be there. Refusing it (noTarget) keeps the attribute empty for ever.",
            Change = "Treat replace of an unassigned attribute as add.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.replace.sub-attribute",
            "replace of a sub-attribute keeps its siblings",
            Replace,
            Named,
            ["""{"op":"replace","path":"name.givenName","value":"Augusta"}"""],
            [("name.givenName", "Augusta"), ("name.familyName", "Lovelace")]
        )
        {
            Why = Lost,
            Change = Engine,
        },
        new PatchShape(
            "patch.replace.sub-attribute-absent",
            "replace of a sub-attribute makes the complex value when there is none",
            Replace,
            "{}",
            ["""{"op":"replace","path":"name.givenName","value":"Ada"}"""],
            [("name.givenName", "Ada")]
        )
        {
            Why = "The first name of a person who was created without one never arrives.",
            Change = "Make the complex value when a sub-attribute of it is set.",
        },
        new PatchShape(
            "patch.replace.complex",
            "replace of a complex value keeps the sub-attributes it does not name",
            $"{Replace} (left unchanged)",
            Named,
            ["""{"op":"replace","path":"name","value":{"givenName":"Augusta"}}"""],
            [("name.givenName", "Augusta"), ("name.familyName", "Lovelace")]
        )
        {
            Why = "A new first name wipes out the family name.",
            Change = "Merge the sub-attributes of the value into what is there, also on replace.",
        },
        new PatchShape(
            "patch.replace.multi-valued",
            "replace without a filter replaces all values",
            Replace,
            Two,
            ["""{"op":"replace","path":"emails","value":[{"type":"work","value":"new@example.com"}]}"""],
            [("""emails[type eq "work"].value""", "new@example.com")]
        )
        {
            Also = read => read.Count("emails", 1),
            Why = "Old addresses pile up beside the new one.",
            Change = "On replace put the array of the request in the place of the old one.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.remove.single",
            "remove clears a single value",
            Remove,
            """{"title":"Clerk","displayName":"Ada"}""",
            ["""{"op":"remove","path":"title"}"""],
            [("title", null), ("displayName", "Ada")]
        )
        {
            Why = "What was taken from a person stays in the app.",
            Change = Engine,
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.remove.sub-attribute",
            "remove of a sub-attribute keeps its siblings",
            Remove,
            Named,
            ["""{"op":"remove","path":"name.givenName"}"""],
            [("name.givenName", null), ("name.familyName", "Lovelace")]
        )
        {
            Why = Lost,
            Change = Engine,
        },
        new PatchShape(
            "patch.remove.multi-valued",
            "remove without a filter clears all values",
            Remove,
            Two,
            ["""{"op":"remove","path":"emails"}"""],
            [("emails", null)]
        )
        {
            Why = "Addresses that were withdrawn go on receiving mail.",
            Change = "Unassign the whole attribute when the path has no filter.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.remove.value-path",
            "remove with a filter takes away the values it selects and no other",
            Remove,
            Two,
            ["""{"op":"remove","path":"emails[type eq \"home\"]"}"""],
            [("""emails[type eq "home"].value""", null), ("""emails[type eq "work"].value""", "ada@example.com")]
        )
        {
            Why = "One address too many is deleted, or none.",
            Change = "Apply the filter of the path to the elements, and remove those that match.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.remove.value-path-and",
            "remove understands a filter with and",
            Remove + " (second example)",
            Two,
            ["""{"op":"remove","path":"emails[type eq \"work\" and value ew \"example.com\"]"}"""],
            [("""emails[type eq "work"].value""", null), ("""emails[type eq "home"].value""", "ada@example.org")]
        )
        {
            Profiles = Profiles.Rfc,
            Why = "The RFC's own example does not work.",
            Change = "Use the parser of list filters for the filter within brackets.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.remove.last",
            "An attribute whose last value is removed is unassigned",
            Remove,
            Work,
            ["""{"op":"remove","path":"emails[type eq \"work\"]"}"""],
            [("emails", null)]
        )
        {
            Why = "An empty shell of an address is left, which clients cannot read.",
            Change = "Drop the attribute when nothing is left in it.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.remove.value-path-sub-attribute",
            "remove of a sub-attribute behind a filter keeps the rest",
            Remove,
            """{"addresses":[{"type":"work","locality":"London","country":"GB"}]}""",
            ["""{"op":"remove","path":"addresses[type eq \"work\"].locality"}"""],
            [("""addresses[type eq "work"].locality""", null), ("""addresses[type eq "work"].country""", "GB")]
        )
        {
            Why = "A whole address goes when only one line of it was cleared.",
            Change = "Remove the sub-attribute from the elements that match, not the elements.",
            Attributes = ["User:addresses"],
        },
        new PatchShape(
            "patch.remove.absent",
            "remove of a value that is not there succeeds",
            "SCIM Validator, several operations on one attribute; Infisical/infisical#6471",
            "{}",
            ["""{"op":"remove","path":"title"}"""],
            [("title", null)]
        )
        {
            Severity = Should,
            Why = "Entra repeats a removal whose answer was lost; an error then stays in the log for ever.",
            Change = "Treat remove of an unassigned attribute as done.",
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.remove.absent-value-path",
            "remove behind a filter that selects nothing succeeds",
            "SCIM Validator, several operations on one attribute; RFC 7644 §3.5.2.2 (example of a member who is none)",
            """{"emails":[{"type":"home","value":"ada@example.org"}]}""",
            ["""{"op":"remove","path":"emails[type eq \"work\"]"}"""],
            [("""emails[type eq "home"].value""", "ada@example.org")]
        )
        {
            Severity = Should,
            Profiles = Profiles.Entra,
            Why = "Entra repeats a removal whose answer was lost; an error then stays in the log for ever.",
            Change = "Treat remove as done when its filter selects nothing.",
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.remove.with-value",
            "remove never writes a value that comes with it",
            "AzureAD/SCIMReferenceCode#87",
            """{"emails":[{"type":"work","value":"ada@example.com"}],"title":"Clerk"}""",
            [
                """{"op":"remove","path":"title","value":"Intruder"}""",
                """{"op":"remove","path":"emails[type eq \"work\"].value","value":"intruder@example.com"}""",
            ],
            [("title", null), ("""emails[type eq "work"].value""", null)]
        )
        {
            Profiles = Profiles.Entra,
            Why = "What was to be deleted is overwritten instead: a leaver's address gets a new life.",
            Change = "On remove go by the path alone.",
            Attributes = ["User:title", "User:emails"],
        },
        new PatchShape(
            "patch.untouched",
            "What a PATCH does not name stays as it was",
            "RFC 7644 §3.5.2",
            """{"displayName":"Ada","title":"Clerk","name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"type":"work","value":"ada@example.com"}]}""",
            ["""{"op":"replace","path":"title","value":"Engineer"}"""],
            [
                ("displayName", "Ada"),
                ("name.givenName", "Ada"),
                ("name.familyName", "Lovelace"),
                ("""emails[type eq "work"].value""", "ada@example.com"),
                ("active", true),
            ]
        )
        {
            Why = "Each change wipes out the rest of the account.",
            Change = "Apply operations to the stored resource; a PATCH is no PUT.",
            Attributes = ["User:title", "User:emails"],
        },
    ];
}
