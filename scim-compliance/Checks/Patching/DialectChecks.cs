using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>How Entra writes a PATCH, in both of its dialects.</summary>
static class DialectChecks
{
    const string Tutorial = "entra-docs use-scim-to-provision-users-and-groups.md";
    const string Compatibility = "entra-docs application-provisioning-config-problem-scim-compatibility.md";
    const string Notation = "RFC 7644 §3.10; RFC 7643 §2.1";
    const string EmployeeNumber = SchemaUrn.EnterpriseUser + ":employeeNumber";
    const string Nothing = "No change of any person arrives: Entra writes every request this way.";
    const string Capital = "Compare op without regard to letter case.";
    const string Urn = "Split a path at the last colon outside brackets: the URN holds dots and colons itself (2.0).";
    const string Names = "Look up attribute names without regard to letter case, in paths and within brackets too.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new PatchCase()
        {
            Id = "patch.op.add",
            Title = "Add with a capital letter is understood",
            Rule = $"{Tutorial}; thomaspoignant/scim-patch#5",
            Profiles = Profiles.Entra,
            TestsOpCase = true,
            Why = Nothing,
            Change = Capital,
            Before = "{}",
            Operations = ["""{"op":"Add","path":"displayName","value":"Ada"}"""],
            After = [("displayName", "Ada")],
        },
        new PatchCase()
        {
            Id = "patch.op.replace",
            Title = "Replace with a capital letter is understood",
            Rule = $"{Tutorial}; thomaspoignant/scim-patch#6",
            Profiles = Profiles.Entra,
            TestsOpCase = true,
            Why = Nothing,
            Change = Capital,
            Before = """{"displayName":"Before"}""",
            Operations = ["""{"op":"Replace","path":"displayName","value":"Ada"}"""],
            After = [("displayName", "Ada")],
        },
        new PatchCase()
        {
            Id = "patch.op.remove",
            Title = "Remove with a capital letter is understood",
            Rule = $"{Tutorial}; langwatch/langwatch#6972",
            Profiles = Profiles.Entra,
            Attributes = ["User:title"],
            TestsOpCase = true,
            Why = Nothing,
            Change = Capital,
            Before = """{"title":"Clerk"}""",
            Operations = ["""{"op":"Remove","path":"title"}"""],
            After = [("title", null)],
        },
        new PatchCase()
        {
            Id = "patch.entra.verbose",
            Title = "Several attributes are replaced in the form that Entra sends by default",
            Rule = $"{Compatibility}, flag off; SCIM Validator 'replace attributes verbose'",
            Profiles = Profiles.Entra,
            Attributes = ["User:emails", "EnterpriseUser:employeeNumber"],
            Why = Nothing,
            Change = "Apply every operation of the request, in order; look at the checks of the single forms for what fails.",
            Before = $$$"""
                {"displayName":"A","name":{"givenName":"B","familyName":"C"},"externalId":"D",
                "emails":[{"type":"work","value":"a@example.com"}],"{{{SchemaUrn.EnterpriseUser}}}":{"employeeNumber":"E"}}
                """,
            Operations =
            [
                """{"op":"Replace","path":"displayName","value":"Pvlo"}""",
                """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"bcwqnm@example.com"}""",
                """{"op":"Replace","path":"name.givenName","value":"Gtfd"}""",
                """{"op":"Replace","path":"name.familyName","value":"Pkqf"}""",
                """{"op":"Replace","path":"externalId","value":"Eqpj"}""",
                $$"""{"op":"Replace","path":"{{EmployeeNumber}}","value":"0042"}""",
            ],
            After =
            [
                ("displayName", "Pvlo"),
                ("""emails[type eq "work"].value""", "bcwqnm@example.com"),
                ("name.givenName", "Gtfd"),
                ("name.familyName", "Pkqf"),
                ("externalId", "Eqpj"),
                (EmployeeNumber, "0042"),
            ],
        },
        new PatchCase()
        {
            Id = "patch.entra.flag",
            Title = "Several attributes are replaced in the form that Entra sends with aadOptscim062020",
            Rule = $"{Compatibility}, flag on",
            Profiles = Profiles.Entra,
            Attributes = ["User:emails", "EnterpriseUser:employeeNumber"],
            Why = "Admins who set the flag, as Microsoft advises, lose every change.",
            Change = "In a value without path take each key as a path: dots and URNs included.",
            Before = $$$"""
                {"displayName":"A","name":{"givenName":"B","familyName":"C"},
                "emails":[{"type":"work","value":"a@example.com"}],"{{{SchemaUrn.EnterpriseUser}}}":{"employeeNumber":"E"}}
                """,
            Operations =
            [
                """{"op":"replace","path":"emails[type eq \"work\"].value","value":"mhvaes@example.com"}""",
                $$$"""
                    {"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom","name.familyName":"Unua",
                    "{{{EmployeeNumber}}}":"0042"}}
                    """,
            ],
            After =
            [
                ("""emails[type eq "work"].value""", "mhvaes@example.com"),
                ("displayName", "Bjfe"),
                ("name.givenName", "Kkom"),
                ("name.familyName", "Unua"),
                (EmployeeNumber, "0042"),
            ],
        },
        new PatchCase()
        {
            Id = "patch.entra.mixed",
            Title = "Two values and an enterprise attribute are created in one request",
            Rule = "limosa-io/laravel-scim-server#34 (a request of the real service)",
            Profiles = Profiles.Entra,
            Attributes = ["User:emails", "User:addresses", "EnterpriseUser:department"],
            Why = "This is what Entra sends when a person gets a mailbox and an office: the whole request fails.",
            Change = "Create what a path names when it is not there; look at the checks of the single forms.",
            Before = "{}",
            Operations =
            [
                """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"adelev2@example.com"}""",
                """{"op":"Replace","path":"addresses[type eq \"work\"].formatted","value":"18/2111"}""",
                $$"""{"op":"Add","path":"{{SchemaUrn.EnterpriseUser}}:department","value":"Retail"}""",
            ],
            After =
            [
                ("""emails[type eq "work"].value""", "adelev2@example.com"),
                ("""addresses[type eq "work"].formatted""", "18/2111"),
                (SchemaUrn.EnterpriseUser + ":department", "Retail"),
            ],
        },
        new PatchCase()
        {
            Id = "patch.urn-core",
            Title = "A path with the core user URN is understood",
            Rule = $"{Notation}; rancher/rancher#54871",
            Why = "Mappings that name the schema in full do nothing.",
            Change = Urn,
            Before = "{}",
            Operations = [$$"""{"op":"replace","path":"{{SchemaUrn.User}}:displayName","value":"Ada"}"""],
            After = [("displayName", "Ada")],
        },
        new PatchCase()
        {
            Id = "patch.urn-core.sub-attribute",
            Title = "A path with the core user URN and a sub-attribute is understood",
            Rule = Notation,
            Why = "Mappings that name the schema in full do nothing.",
            Change = Urn,
            Before = """{"name":{"familyName":"Lovelace"}}""",
            Operations = [$$"""{"op":"replace","path":"{{SchemaUrn.User}}:name.givenName","value":"Ada"}"""],
            After = [("name.givenName", "Ada"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.urn-core.value-path",
            Title = "A path with the core user URN and a filter is understood",
            Rule = Notation,
            Severity = Should,
            Attributes = ["User:emails"],
            Why = "Mappings that name the schema in full do nothing.",
            Change = Urn,
            Before = """{"emails":[{"type":"work","value":"a@example.com"}]}""",
            Operations = [$$"""{"op":"replace","path":"{{SchemaUrn.User}}:emails[type eq \"work\"].value","value":"ada@example.com"}"""],
            After = [("""emails[type eq "work"].value""", "ada@example.com")],
        },
        new PatchCase()
        {
            Id = "patch.letter-case",
            Title = "Attribute names in a path are read in any letter case",
            Rule = Notation,
            Why = "Admins type these names; one capital letter too many and nothing arrives.",
            Change = Names,
            Before = """{"displayName":"Before","name":{"givenName":"Before","familyName":"Lovelace"}}""",
            Operations =
            [
                """{"op":"replace","path":"DisplayName","value":"Ada"}""",
                """{"op":"replace","path":"NAME.givenname","value":"Ada"}""",
            ],
            After = [("displayName", "Ada"), ("name.givenName", "Ada"), ("name.familyName", "Lovelace")],
        },
        new PatchCase()
        {
            Id = "patch.letter-case.value-path",
            Title = "A filter in a path is read in any letter case",
            Rule = $"{Notation}; Entra's default mapping prints emails[type eq \"other\"].Value",
            Attributes = ["User:emails"],
            Why = "A second address appears beside the first.",
            Change = Names + " Compare type without regard to letter case.",
            Before = """{"emails":[{"type":"work","value":"a@example.com"}]}""",
            Operations = ["""{"op":"replace","path":"Emails[Type EQ \"WORK\"].Value","value":"ada@example.com"}"""],
            After = [("""emails[type eq "work"].value""", "ada@example.com")],
            ExpectAlso = read => read.Count("emails", 1),
        },
        new()
        {
            Id = "patch.extra-members",
            Title = "Members of a PATCH that no rule knows are ignored",
            Rule = "AzureAD/SCIMReferenceCode PostmanCollection.json; python-scim/scim2-server",
            Severity = Should,
            Profiles = Profiles.Entra,
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
            Why = "Microsoft's own test collection sends them; a strict reader refuses every request.",
            Change = "Ignore members of the message and of an operation that you do not know.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Before"}""");
                (
                    await run.Send(
                        "PATCH",
                        user.Path,
                        $$$"""
                        {"schemas":["{{{SchemaUrn.PatchOp}}}"],"id":"{{{user.Id}}}",
                        "Operations":[{"name":"x","op":"replace","path":"displayName","value":"Ada"}]}
                        """
                    )
                ).Success();
                (await run.Read(user)).Is("displayName", "Ada");
            },
        },
        new()
        {
            Id = "patch.member-order",
            Title = "Operations may stand before schemas",
            Rule = $"RFC 8259 §4 (objects are unordered); {Tutorial}",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
            Why = "Some of Entra's requests are in this order, and would be refused.",
            Change = "Read the message as a JSON object, whatever the order of its members.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Before"}""");
                (
                    await run.Send(
                        "PATCH",
                        user.Path,
                        $$"""{"Operations":[{"value":"Ada","path":"displayName","op":"replace"}],"schemas":["{{SchemaUrn.PatchOp}}"]}"""
                    )
                ).Success();
                (await run.Read(user)).Is("displayName", "Ada");
            },
        },
        new()
        {
            Id = "patch.no-operations",
            Title = "A PATCH with an empty list of operations succeeds and changes nothing",
            Rule = "scimmyjs/scimmy#59 (the RFC would allow a refusal)",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Needs = Needs.Patch,
            Why = "Entra was seen to send it when a mapping comes to nothing; the refusal shows as an error.",
            Change = "Answer an empty list as you would a change that is there already.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Ada"}""");
                (await run.PatchAndRead(user)).Is("displayName", "Ada");
            },
        },
    ];
}
