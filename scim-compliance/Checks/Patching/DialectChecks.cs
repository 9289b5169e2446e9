using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>How Entra writes a PATCH, in both of its dialects.</summary>
static class DialectChecks
{
    const string Tutorial = "entra-docs use-scim-to-provision-users-and-groups.md";
    const string Compatibility = "entra-docs application-provisioning-config-problem-scim-compatibility.md";
    const string Notation = "RFC 7644 §3.10; RFC 7643 §2.1";
    const string EmployeeNumber = Trial.EnterpriseSchema + ":employeeNumber";
    const string Nothing = "No change of any person arrives: Entra writes every request this way.";
    const string Capital = "Compare op without regard to letter case.";
    const string Urn = "Split a path at the last colon outside brackets: the URN holds dots and colons itself (2.0).";
    const string Names = "Look up attribute names without regard to letter case, in paths and within brackets too.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchShape(
            "patch.op.add",
            "Add with a capital letter is understood",
            $"{Tutorial}; thomaspoignant/scim-patch#5",
            "{}",
            ["""{"op":"Add","path":"displayName","value":"Ada"}"""],
            [("displayName", "Ada")]
        )
        {
            Profiles = Profiles.Entra,
            IsAboutOp = true,
            Why = Nothing,
            Change = Capital,
        },
        new PatchShape(
            "patch.op.replace",
            "Replace with a capital letter is understood",
            $"{Tutorial}; thomaspoignant/scim-patch#6",
            """{"displayName":"Before"}""",
            ["""{"op":"Replace","path":"displayName","value":"Ada"}"""],
            [("displayName", "Ada")]
        )
        {
            Profiles = Profiles.Entra,
            IsAboutOp = true,
            Why = Nothing,
            Change = Capital,
        },
        new PatchShape(
            "patch.op.remove",
            "Remove with a capital letter is understood",
            $"{Tutorial}; langwatch/langwatch#6972",
            """{"title":"Clerk"}""",
            ["""{"op":"Remove","path":"title"}"""],
            [("title", null)]
        )
        {
            Profiles = Profiles.Entra,
            IsAboutOp = true,
            Why = Nothing,
            Change = Capital,
            Attributes = ["User:title"],
        },
        new PatchShape(
            "patch.entra.verbose",
            "Several attributes are replaced in the form that Entra sends by default",
            $"{Compatibility}, flag off; SCIM Validator 'replace attributes verbose'",
            $$$"""{"displayName":"A","name":{"givenName":"B","familyName":"C"},"externalId":"D","emails":[{"type":"work","value":"a@example.com"}],"{{{Trial.EnterpriseSchema}}}":{"employeeNumber":"E"}}""",
            [
                """{"op":"Replace","path":"displayName","value":"Pvlo"}""",
                """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"bcwqnm@example.com"}""",
                """{"op":"Replace","path":"name.givenName","value":"Gtfd"}""",
                """{"op":"Replace","path":"name.familyName","value":"Pkqf"}""",
                """{"op":"Replace","path":"externalId","value":"Eqpj"}""",
                $$"""{"op":"Replace","path":"{{EmployeeNumber}}","value":"0042"}""",
            ],
            [
                ("displayName", "Pvlo"),
                ("""emails[type eq "work"].value""", "bcwqnm@example.com"),
                ("name.givenName", "Gtfd"),
                ("name.familyName", "Pkqf"),
                ("externalId", "Eqpj"),
                (EmployeeNumber, "0042"),
            ]
        )
        {
            Profiles = Profiles.Entra,
            Why = Nothing,
            Change = "Apply every operation of the request, in order; look at the checks of the single forms for what fails.",
            Attributes = ["User:emails", "EnterpriseUser:employeeNumber"],
        },
        new PatchShape(
            "patch.entra.flag",
            "Several attributes are replaced in the form that Entra sends with aadOptscim062020",
            $"{Compatibility}, flag on",
            $$$"""{"displayName":"A","name":{"givenName":"B","familyName":"C"},"emails":[{"type":"work","value":"a@example.com"}],"{{{Trial.EnterpriseSchema}}}":{"employeeNumber":"E"}}""",
            [
                """{"op":"replace","path":"emails[type eq \"work\"].value","value":"mhvaes@example.com"}""",
                $$$"""{"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom","name.familyName":"Unua","{{{EmployeeNumber}}}":"0042"}}""",
            ],
            [
                ("""emails[type eq "work"].value""", "mhvaes@example.com"),
                ("displayName", "Bjfe"),
                ("name.givenName", "Kkom"),
                ("name.familyName", "Unua"),
                (EmployeeNumber, "0042"),
            ]
        )
        {
            Profiles = Profiles.Entra,
            Why = "Admins who set the flag, as Microsoft advises, lose every change.",
            Change = "In a value without path take each key as a path: dots and URNs included.",
            Attributes = ["User:emails", "EnterpriseUser:employeeNumber"],
        },
        new PatchShape(
            "patch.entra.mixed",
            "Two values and an enterprise attribute are created in one request",
            "limosa-io/laravel-scim-server#34 (a request of the real service)",
            "{}",
            [
                """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"adelev2@example.com"}""",
                """{"op":"Replace","path":"addresses[type eq \"work\"].formatted","value":"18/2111"}""",
                $$"""{"op":"Add","path":"{{Trial.EnterpriseSchema}}:department","value":"Retail"}""",
            ],
            [
                ("""emails[type eq "work"].value""", "adelev2@example.com"),
                ("""addresses[type eq "work"].formatted""", "18/2111"),
                (Trial.EnterpriseSchema + ":department", "Retail"),
            ]
        )
        {
            Profiles = Profiles.Entra,
            Why = "This is what Entra sends when somebody gets a mailbox and an office: the whole request fails.",
            Change = "Create what a path names when it is not there; look at the checks of the single forms.",
            Attributes = ["User:emails", "User:addresses", "EnterpriseUser:department"],
        },
        new PatchShape(
            "patch.urn-core",
            "A path with the core user URN is understood",
            $"{Notation}; rancher/rancher#54871",
            "{}",
            [$$"""{"op":"replace","path":"{{Trial.UserSchema}}:displayName","value":"Ada"}"""],
            [("displayName", "Ada")]
        )
        {
            Why = "Mappings that name the schema in full do nothing.",
            Change = Urn,
        },
        new PatchShape(
            "patch.urn-core.sub-attribute",
            "A path with the core user URN and a sub-attribute is understood",
            Notation,
            """{"name":{"familyName":"Lovelace"}}""",
            [$$"""{"op":"replace","path":"{{Trial.UserSchema}}:name.givenName","value":"Ada"}"""],
            [("name.givenName", "Ada"), ("name.familyName", "Lovelace")]
        )
        {
            Why = "Mappings that name the schema in full do nothing.",
            Change = Urn,
        },
        new PatchShape(
            "patch.urn-core.value-path",
            "A path with the core user URN and a filter is understood",
            Notation,
            """{"emails":[{"type":"work","value":"a@example.com"}]}""",
            [$$"""{"op":"replace","path":"{{Trial.UserSchema}}:emails[type eq \"work\"].value","value":"ada@example.com"}"""],
            [("""emails[type eq "work"].value""", "ada@example.com")]
        )
        {
            Severity = Should,
            Why = "Mappings that name the schema in full do nothing.",
            Change = Urn,
            Attributes = ["User:emails"],
        },
        new PatchShape(
            "patch.letter-case",
            "Attribute names in a path are read in any letter case",
            Notation,
            """{"displayName":"Before","name":{"givenName":"Before","familyName":"Lovelace"}}""",
            ["""{"op":"replace","path":"DisplayName","value":"Ada"}""", """{"op":"replace","path":"NAME.givenname","value":"Ada"}"""],
            [("displayName", "Ada"), ("name.givenName", "Ada"), ("name.familyName", "Lovelace")]
        )
        {
            Why = "Admins type these names; one capital letter too many and nothing arrives.",
            Change = Names,
        },
        new PatchShape(
            "patch.letter-case.value-path",
            "A filter in a path is read in any letter case",
            $"{Notation}; Entra's default mapping prints emails[type eq \"other\"].Value",
            """{"emails":[{"type":"work","value":"a@example.com"}]}""",
            ["""{"op":"replace","path":"Emails[Type EQ \"WORK\"].Value","value":"ada@example.com"}"""],
            [("""emails[type eq "work"].value""", "ada@example.com")]
        )
        {
            Also = read => read.Count("emails", 1),
            Why = "A second address appears beside the first.",
            Change = Names + " Compare type without regard to letter case.",
            Attributes = ["User:emails"],
        },
        new(
            "patch.extra-members",
            "Members of a PATCH that no rule knows are ignored",
            "AzureAD/SCIMReferenceCode PostmanCollection.json; python-scim/scim2-server",
            Should,
            Profiles.Entra,
            async t =>
            {
                var user = await t.User("""{"displayName":"Before"}""");
                (
                    await t.Send(
                        "PATCH",
                        user.Path,
                        $$$"""{"schemas":["{{{Trial.PatchSchema}}}"],"id":"{{{user.Id}}}","Operations":[{"name":"x","op":"replace","path":"displayName","value":"Ada"}]}"""
                    )
                ).Success();
                (await t.Read(user)).Is("displayName", "Ada");
            }
        )
        {
            Why = "Microsoft's own test collection sends them; a strict reader refuses every request.",
            Change = "Ignore members of the message and of an operation that you do not know.",
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
        },
        new(
            "patch.member-order",
            "Operations may stand before schemas",
            $"RFC 8259 §4 (objects are unordered); {Tutorial}",
            Must,
            Profiles.All,
            async t =>
            {
                var user = await t.User("""{"displayName":"Before"}""");
                (
                    await t.Send(
                        "PATCH",
                        user.Path,
                        $$"""{"Operations":[{"value":"Ada","path":"displayName","op":"replace"}],"schemas":["{{Trial.PatchSchema}}"]}"""
                    )
                ).Success();
                (await t.Read(user)).Is("displayName", "Ada");
            }
        )
        {
            Why = "Some of Entra's requests are in this order, and would be refused.",
            Change = "Read the message as a JSON object, whatever the order of its members.",
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
        },
        new(
            "patch.no-operations",
            "A PATCH with an empty list of operations succeeds and changes nothing",
            "scimmyjs/scimmy#59 (the RFC would allow a refusal)",
            Advice,
            Profiles.Entra,
            async t =>
            {
                var user = await t.User("""{"displayName":"Ada"}""");
                (await t.Patched(user)).Is("displayName", "Ada");
            }
        )
        {
            Why = "Entra was seen to send it when a mapping comes to nothing; the refusal shows as an error.",
            Change = "Answer an empty list as you would a change that is there already.",
            Needs = Needs.Patch,
        },
    ];
}
