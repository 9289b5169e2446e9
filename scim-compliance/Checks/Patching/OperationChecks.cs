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
        "Follow the table in the RFC section: what the operation does depends on whether the target is single-valued, "
        + "complex or multi-valued.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchCase()
        {
            Id = "patch.add.single",
            Title = "add sets a single value that was not there",
            Rule = Add,
            Attributes = ["User:title"],
            Why = Lost,
            Change = Engine,
            Before = "{}",
            Operations = ["""{"op":"add","path":"title","value":"Engineer"}"""],
            After = [("title", "Engineer")],
        },
        new PatchCase()
        {
            Id = "patch.add.single-present",
            Title = "add replaces a single value that was there",
            Rule = $"{Add}; Entra sends add and replace alike (learn Q&A 1373350)",
            Attributes = ["User:title"],
            Why = "Entra chooses between add and replace by what it remembers, not by what you hold.",
            Change = "Let add replace the value of a single-valued attribute.",
            Before = """{"title":"Clerk"}""",
            Operations = ["""{"op":"add","path":"title","value":"Engineer"}"""],
            After = [("title", "Engineer")],
        },
        new PatchCase()
        {
            Id = "patch.add.sub-attribute",
            Title = "add sets a sub-attribute and keeps its siblings",
            Rule = Add,
            Why = Lost,
            Change = Engine,
            Before = """{"name":{"familyName":"Lovelace"}}""",
            Operations = ["""{"op":"add","path":"name.givenName","value":"Ada"}"""],
            After = [("name.givenName", "Ada"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.add.complex",
            Title = "add of a complex value merges its sub-attributes",
            Rule = Add,
            Why = Lost,
            Change = "Merge the sub-attributes of the value into what is there.",
            Before = """{"name":{"familyName":"Lovelace"}}""",
            Operations = ["""{"op":"add","path":"name","value":{"givenName":"Ada"}}"""],
            After = [("name.givenName", "Ada"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.add.multi-valued",
            Title = "add to an attribute with several values keeps the others",
            Rule = Add,
            Attributes = ["User:emails"],
            Why = "The second address wipes out the first.",
            Change = "Append to a multi-valued attribute on add; only replace overwrites.",
            Before = Work,
            Operations = ["""{"op":"add","path":"emails","value":[{"type":"home","value":"ada@example.org"}]}"""],
            After = [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")],
        },
        new PatchCase()
        {
            Id = "patch.add.multi-valued-object",
            Title = "add takes one value without an array around it",
            Rule = $"{Add} (the value may be an object)",
            Severity = Should,
            Attributes = ["User:emails"],
            Why = "Clients send a single value both ways; one of them fails or stores an object where a list belongs.",
            Change = "Treat an object as an array of one on a multi-valued attribute.",
            Before = Work,
            Operations = ["""{"op":"add","path":"emails","value":{"type":"home","value":"ada@example.org"}}"""],
            After = [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")],
        },
        new PatchCase()
        {
            Id = "patch.add.no-duplicate",
            Title = "add of a value that is there already makes no second one",
            Rule = $"{Add} (no changes SHOULD be made)",
            Severity = Should,
            Attributes = ["User:emails"],
            Why = "Entra repeats what it is not sure of; lists grow by one copy per cycle.",
            Change = "Compare with the values that are there before appending.",
            Before = Work,
            Operations = ["""{"op":"add","path":"emails","value":[{"type":"work","value":"ada@example.com"}]}"""],
            After = [],
            ExpectAlso = read => read.Count("emails", 1),
        },
        new PatchCase()
        {
            Id = "patch.replace.single",
            Title = "replace changes a single value",
            Rule = Replace,
            Attributes = ["User:title"],
            Why = Lost,
            Change = Engine,
            Before = """{"title":"Clerk"}""",
            Operations = ["""{"op":"replace","path":"title","value":"Engineer"}"""],
            After = [("title", "Engineer")],
        },
        new PatchCase()
        {
            Id = "patch.replace.absent",
            Title = "replace of a value that is not there sets it",
            Rule = $"{Replace} (SHALL treat the operation as an add)",
            Attributes = ["User:title"],
            Why = "Entra replaces what it believes to be there. Refusing it (noTarget) keeps the attribute empty for good.",
            Change = "Treat replace of an unassigned attribute as add.",
            Before = "{}",
            Operations = ["""{"op":"replace","path":"title","value":"Engineer"}"""],
            After = [("title", "Engineer")],
        },
        new PatchCase()
        {
            Id = "patch.replace.sub-attribute",
            Title = "replace of a sub-attribute keeps its siblings",
            Rule = Replace,
            Why = Lost,
            Change = Engine,
            Before = Named,
            Operations = ["""{"op":"replace","path":"name.givenName","value":"Augusta"}"""],
            After = [("name.givenName", "Augusta"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.replace.sub-attribute-absent",
            Title = "replace of a sub-attribute makes the complex value when there is none",
            Rule = Replace,
            Why = "The first name of a person who was created without one never arrives.",
            Change = "Make the complex value when a sub-attribute of it is set.",
            Before = "{}",
            Operations = ["""{"op":"replace","path":"name.givenName","value":"Ada"}"""],
            After = [("name.givenName", "Ada")],
        },
        new PatchCase()
        {
            Id = "patch.replace.complex",
            Title = "replace of a complex value keeps the sub-attributes it does not name",
            Rule = $"{Replace} (left unchanged)",
            Why = "A new first name wipes out the family name.",
            Change = "Merge the sub-attributes of the value into what is there, also on replace.",
            Before = Named,
            Operations = ["""{"op":"replace","path":"name","value":{"givenName":"Augusta"}}"""],
            After = [("name.givenName", "Augusta"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.replace.multi-valued",
            Title = "replace without a filter replaces all values",
            Rule = Replace,
            Attributes = ["User:emails"],
            Why = "Old addresses pile up beside the new one.",
            Change = "On replace put the array of the request in the place of the old one.",
            Before = Two,
            Operations = ["""{"op":"replace","path":"emails","value":[{"type":"work","value":"new@example.com"}]}"""],
            After = [("""emails[type eq "work"].value""", "new@example.com")],
            ExpectAlso = read => read.Count("emails", 1),
        },
        new PatchCase()
        {
            Id = "patch.remove.single",
            Title = "remove clears a single value",
            Rule = Remove,
            Attributes = ["User:title"],
            Why = "A value that was removed from a person stays in the app.",
            Change = Engine,
            Before = """{"title":"Clerk","displayName":"Ada"}""",
            Operations = ["""{"op":"remove","path":"title"}"""],
            After = [("title", null), ("displayName", "Ada")],
        },
        new PatchCase()
        {
            Id = "patch.remove.sub-attribute",
            Title = "remove of a sub-attribute keeps its siblings",
            Rule = Remove,
            Why = Lost,
            Change = Engine,
            Before = Named,
            Operations = ["""{"op":"remove","path":"name.givenName"}"""],
            After = [("name.givenName", null), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.remove.multi-valued",
            Title = "remove without a filter clears all values",
            Rule = Remove,
            Attributes = ["User:emails"],
            Why = "Addresses that were withdrawn go on receiving mail.",
            Change = "Unassign the whole attribute when the path has no filter.",
            Before = Two,
            Operations = ["""{"op":"remove","path":"emails"}"""],
            After = [("emails", null)],
        },
        new PatchCase()
        {
            Id = "patch.remove.value-path",
            Title = "remove with a filter removes the values it selects and no other",
            Rule = Remove,
            Attributes = ["User:emails"],
            Why = "One address too many is deleted, or none.",
            Change = "Apply the filter of the path to the elements, and remove those that match.",
            Before = Two,
            Operations = ["""{"op":"remove","path":"emails[type eq \"home\"]"}"""],
            After = [("""emails[type eq "home"].value""", null), ("""emails[type eq "work"].value""", "ada@example.com")],
        },
        new PatchCase()
        {
            Id = "patch.remove.value-path-and",
            Title = "remove understands a filter with and",
            Rule = Remove + " (second example)",
            Profiles = Profiles.Rfc,
            Attributes = ["User:emails"],
            Why = "The RFC's own example does not work.",
            Change = "Use the parser of list filters for the filter within brackets.",
            Before = Two,
            Operations = ["""{"op":"remove","path":"emails[type eq \"work\" and value ew \"example.com\"]"}"""],
            After = [("""emails[type eq "work"].value""", null), ("""emails[type eq "home"].value""", "ada@example.org")],
        },
        new PatchCase()
        {
            Id = "patch.remove.last",
            Title = "An attribute whose last value is removed is unassigned",
            Rule = Remove,
            Attributes = ["User:emails"],
            Why = "An empty shell of an address is left, which clients cannot read.",
            Change = "Drop the attribute when nothing is left in it.",
            Before = Work,
            Operations = ["""{"op":"remove","path":"emails[type eq \"work\"]"}"""],
            After = [("emails", null)],
        },
        new PatchCase()
        {
            Id = "patch.remove.value-path-sub-attribute",
            Title = "remove of a sub-attribute behind a filter keeps the rest",
            Rule = Remove,
            Attributes = ["User:addresses"],
            Why = "A whole address goes when only one line of it was cleared.",
            Change = "Remove the sub-attribute from the elements that match, not the elements.",
            Before = """{"addresses":[{"type":"work","locality":"London","country":"GB"}]}""",
            Operations = ["""{"op":"remove","path":"addresses[type eq \"work\"].locality"}"""],
            After = [("""addresses[type eq "work"].locality""", null), ("""addresses[type eq "work"].country""", "GB")],
        },
        new PatchCase()
        {
            Id = "patch.remove.absent",
            Title = "remove of a value that is not there succeeds",
            Rule = "SCIM Validator, several operations on one attribute; Infisical/infisical#6471",
            Severity = Should,
            Attributes = ["User:title"],
            Why = "Entra repeats a removal whose answer was lost; an error then stays in the log for good.",
            Change = "Treat remove of an unassigned attribute as done.",
            Before = "{}",
            Operations = ["""{"op":"remove","path":"title"}"""],
            After = [("title", null)],
        },
        new PatchCase()
        {
            Id = "patch.remove.absent-value-path",
            Title = "remove behind a filter that selects nothing succeeds",
            Rule = "SCIM Validator, several operations on one attribute; RFC 7644 §3.5.2.2 (example of a member who is none)",
            Severity = Should,
            Profiles = Profiles.Entra,
            Attributes = ["User:emails"],
            Why = "Entra repeats a removal whose answer was lost; an error then stays in the log for good.",
            Change = "Treat remove as done when its filter selects nothing.",
            Before = """{"emails":[{"type":"home","value":"ada@example.org"}]}""",
            Operations = ["""{"op":"remove","path":"emails[type eq \"work\"]"}"""],
            After = [("""emails[type eq "home"].value""", "ada@example.org")],
        },
        new PatchCase()
        {
            Id = "patch.remove.with-value",
            Title = "remove never writes a value that comes with it",
            Rule = "AzureAD/SCIMReferenceCode#87",
            Profiles = Profiles.Entra,
            Attributes = ["User:title", "User:emails"],
            Why = "A value that should be deleted is overwritten instead, and a withdrawn address comes back.",
            Change = "On remove go by the path alone.",
            Before = """{"emails":[{"type":"work","value":"ada@example.com"}],"title":"Clerk"}""",
            Operations =
            [
                """{"op":"remove","path":"title","value":"Intruder"}""",
                """{"op":"remove","path":"emails[type eq \"work\"].value","value":"intruder@example.com"}""",
            ],
            After = [("title", null), ("""emails[type eq "work"].value""", null)],
        },
        new PatchCase()
        {
            Id = "patch.untouched",
            Title = "What a PATCH does not name stays as it was",
            Rule = "RFC 7644 §3.5.2",
            Attributes = ["User:title", "User:emails"],
            Why = "Each change wipes out the rest of the account.",
            Change = "Apply operations to the stored resource; a PATCH is no PUT.",
            Before = """
                {"displayName":"Ada","title":"Clerk","name":{"givenName":"Ada","familyName":"Lovelace"},
                "emails":[{"type":"work","value":"ada@example.com"}]}
                """,
            Operations = ["""{"op":"replace","path":"title","value":"Engineer"}"""],
            After =
            [
                ("displayName", "Ada"),
                ("name.givenName", "Ada"),
                ("name.familyName", "Lovelace"),
                ("""emails[type eq "work"].value""", "ada@example.com"),
                ("active", true),
            ],
        },
    ];
}
