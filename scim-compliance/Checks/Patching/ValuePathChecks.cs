using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>Paths that select one of several values: <c>emails[type eq "work"].value</c> (RFC 7644 §3.5.2, figure 8).</summary>
static class ValuePathChecks
{
    const string Upsert =
        "Metatavu/keycloak-scim-server#35; SCIM-SDK#416; thomaspoignant/scim-patch#176; SCIM Validator 'add attributes verbose'";
    const string Picked = "RFC 7644 §3.5.2.3";
    const string NoMailbox =
        "People who get a mailbox, a phone or an office after their first day never have it in the app: "
        + "the request fails with noTarget, every cycle.";
    const string Create =
        "When nothing matches a filter of the form type eq \"…\", create the element with that type and set the sub-attribute in it.";
    const string Two = """{"emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}]}""";
    const string PrimaryWork =
        """{"emails":[{"type":"work","value":"ada@example.com","primary":true},{"type":"home","value":"ada@example.org"}]}""";

    static readonly (string Id, string Op, string Path, string Value)[] Created =
    [
        ("add-email", "add", """emails[type eq "work"].value""", "ada@example.com"),
        ("replace-email", "replace", """emails[type eq "work"].value""", "ada@example.com"),
        ("add-phone", "add", """phoneNumbers[type eq "mobile"].value""", "+1 425 555 0100"),
        ("add-address", "add", """addresses[type eq "work"].streetAddress""", "1 Main St"),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Created
        let attribute = row.Path.Split('[')[0]
        select (Check)
            new PatchCase()
            {
                Id = $"patch.value-path.creates.{row.Id}",
                Title = $"{row.Op} of {row.Path} creates the value when there is none",
                Rule = Upsert,
                Profiles = Profiles.Entra,
                Attributes = ["User:" + attribute],
                Why = NoMailbox,
                Change = Create,
                Before = "{}",
                Operations =
                [
                    $$"""
                        {"op":"{{row.Op}}","path":"{{row.Path.Replace("\"", "\\\"", StringComparison.Ordinal)}}",
                         "value":"{{row.Value}}"}
                        """,
                ],
                After = [(row.Path, row.Value)],
                ExpectAlso = read => read.Count(attribute, 1),
            },
        new PatchCase()
        {
            Id = "patch.value-path.creates.beside",
            Title = "A value of a new type is created beside those of other types",
            Rule = Upsert,
            Profiles = Profiles.Entra,
            Attributes = ["User:emails"],
            Why = "The private address is overwritten with the one from work, or the request fails.",
            Change = Create,
            Before = """{"emails":[{"type":"home","value":"ada@example.org"}]}""",
            Operations = ["""{"op":"replace","path":"emails[type eq \"work\"].value","value":"ada@example.com"}"""],
            After = [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")],
        },
        new PatchCase()
        {
            Id = "patch.value-path.creates.once",
            Title = "Operations on one new value fill one element",
            Rule = Upsert,
            Profiles = Profiles.Entra,
            Attributes = ["User:addresses"],
            Why = "One office becomes three addresses of one line each.",
            Change = "Apply operations one after another to the same resource, so that the second finds what the first has created.",
            Before = "{}",
            Operations =
            [
                """{"op":"add","path":"addresses[type eq \"work\"].streetAddress","value":"1 Main St"}""",
                """{"op":"add","path":"addresses[type eq \"work\"].postalCode","value":"01234"}""",
                """{"op":"add","path":"addresses[type eq \"work\"].country","value":"US"}""",
            ],
            After = [("addresses[0].streetAddress", "1 Main St"), ("addresses[0].postalCode", "01234"), ("addresses[0].country", "US")],
            ExpectAlso = read => read.Count("addresses", 1),
        },
        new PatchCase()
        {
            Id = "patch.value-path.replace",
            Title = "replace changes the value that its filter selects and no other",
            Rule = Picked,
            Attributes = ["User:emails"],
            Why = "The wrong address is changed, or a third one added.",
            Change = "Apply the filter to the elements and set the sub-attribute in those that match.",
            Before = Two,
            Operations = ["""{"op":"replace","path":"emails[type eq \"work\"].value","value":"new@example.com"}"""],
            After = [("""emails[type eq "work"].value""", "new@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")],
            ExpectAlso = read => read.Count("emails", 2),
        },
        new PatchCase()
        {
            Id = "patch.value-path.add",
            Title = "add changes the value that its filter selects when it is there",
            Rule = "RFC 7644 §3.5.2.1 (if the target location exists, the value is replaced)",
            Attributes = ["User:emails"],
            Why = "Entra adds what it believes to be missing; a second work address appears.",
            Change = "Let add and replace do the same behind a filter.",
            Before = Two,
            Operations = ["""{"op":"add","path":"emails[type eq \"work\"].value","value":"new@example.com"}"""],
            After = [("""emails[type eq "work"].value""", "new@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")],
            ExpectAlso = read => read.Count("emails", 2),
        },
        new PatchCase()
        {
            Id = "patch.value-path.siblings",
            Title = "The other sub-attributes of the selected value stay",
            Rule = Picked,
            Attributes = ["User:addresses"],
            Why = "A new city wipes out the rest of the address.",
            Change = "Set the one sub-attribute; do not replace the element.",
            Before = """{"addresses":[{"type":"work","locality":"London","country":"GB"}]}""",
            Operations = ["""{"op":"replace","path":"addresses[type eq \"work\"].locality","value":"Oxford"}"""],
            After = [("""addresses[type eq "work"].locality""", "Oxford"), ("""addresses[type eq "work"].country""", "GB")],
        },
        new PatchCase()
        {
            Id = "patch.value-path.element",
            Title = "replace of a whole selected value takes the new one",
            Rule = Picked + " (third example)",
            Profiles = Profiles.Rfc,
            Attributes = ["User:addresses"],
            Why = "The RFC's own example does not work.",
            Change = "Put the value in the place of every element that matches the filter.",
            Before = """{"addresses":[{"type":"work","locality":"London","country":"GB"},{"type":"home","locality":"Bath"}]}""",
            Operations =
            [
                """{"op":"replace","path":"addresses[type eq \"work\"]","value":{"type":"work","locality":"Hollywood","country":"US"}}""",
            ],
            After =
            [
                ("""addresses[type eq "work"].locality""", "Hollywood"),
                ("""addresses[type eq "work"].country""", "US"),
                ("""addresses[type eq "home"].locality""", "Bath"),
            ],
            ExpectAlso = read => read.Count("addresses", 2),
        },
        new PatchCase()
        {
            Id = "patch.value-path.by-value",
            Title = "A filter on value selects like one on type",
            Rule = "RFC 7644 §3.5.2, figure 8",
            Profiles = Profiles.Rfc,
            Attributes = ["User:emails"],
            Why = "Only some paths work, and clients cannot know which.",
            Change = "Use the parser of list filters for the filter within brackets.",
            Before = Two,
            Operations = ["""{"op":"replace","path":"emails[value eq \"ada@example.org\"].type","value":"other"}"""],
            After = [("""emails[type eq "work"].value""", "ada@example.com"), ("""emails[type eq "other"].value""", "ada@example.org")],
        },
        new PatchCase()
        {
            Id = "patch.value-path.boolean",
            Title = "A filter on primary selects the primary value",
            Rule = "RFC 7644 §3.4.2.2, §3.5.2",
            Attributes = ["User:emails.primary"],
            Why = "Mappings to the primary address change nothing, or the wrong one.",
            Change = "Read true and false in filters as booleans.",
            Before = PrimaryWork,
            Operations = ["""{"op":"replace","path":"emails[primary eq true].value","value":"new@example.com"}"""],
            After = [("""emails[type eq "work"].value""", "new@example.com"), ("""emails[type eq "home"].value""", "ada@example.org")],
        },
        new()
        {
            Id = "patch.value-path.all-matching",
            Title = "Every value that the filter selects is changed",
            Rule = "RFC 7644 §3.5.2.3 (of all matching records)",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Patch,
            Attributes = ["User:addresses"],
            Why = "Some values keep the old content, and no error says which.",
            Change = "Apply the operation to all elements that match, not to the first.",
            Steps = async run =>
            {
                var user = await run.CreateUser(
                    """
                    {"addresses":[{"type":"work","locality":"London","country":"GB"},{"type":"work","locality":"Leeds","country":"GB"},
                    {"type":"home","locality":"Bath","country":"GB"}]}
                    """
                );
                if (user.Reply["addresses"].Items().Count() is not 3)
                    throw new NotOffered("two values of one type are not kept");
                var read = await run.PatchAndRead(user, """{"op":"replace","path":"addresses[type eq \"work\"].country","value":"UK"}""");
                foreach (var (place, country) in ((string, string)[])[("London", "UK"), ("Leeds", "UK"), ("Bath", "GB")])
                    read.Is($"addresses[locality eq \"{place}\"].country", country);
            },
        },
        new PatchCase()
        {
            Id = "patch.primary.added",
            Title = "A new primary value takes the flag from the old one",
            Rule = "RFC 7644 §3.5.2 (SHALL set primary to false for any other values)",
            Attributes = ["User:emails.primary"],
            Why = "Two primary addresses: mail goes to one of them, by chance.",
            Change = "When an operation sets primary to true, set it to false in the other elements.",
            Before = PrimaryWork,
            Operations = ["""{"op":"add","path":"emails","value":[{"type":"other","value":"ada@example.net","primary":true}]}"""],
            After = [("""emails[type eq "other"].primary""", true)],
            ExpectAlso = OnePrimary,
        },
        new PatchCase()
        {
            Id = "patch.primary.moved",
            Title = "Setting primary behind a filter takes the flag from the old value",
            Rule = "RFC 7644 §3.5.2 (SHALL set primary to false for any other values)",
            Attributes = ["User:emails.primary"],
            Why = "Two primary addresses: mail goes to one of them, by chance.",
            Change = "When an operation sets primary to true, set it to false in the other elements.",
            Before = PrimaryWork,
            Operations = ["""{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}"""],
            After = [("""emails[type eq "home"].primary""", true)],
            ExpectAlso = OnePrimary,
        },
        new PatchCase()
        {
            Id = "patch.boolean.primary",
            Title = "primary as the text \"True\" is taken as true",
            Rule = "Entra's constant mappings are text; AzureAD/SCIMReferenceCode#21",
            Profiles = Profiles.Entra,
            Attributes = ["User:emails.primary"],
            Why = "The main address is never marked, or the answer holds text that other clients cannot read.",
            Change = "Where the schema says boolean, read \"True\" and \"False\" in any letter case as true and false.",
            Before = """{"emails":[{"type":"work","value":"ada@example.com"}]}""",
            Operations = ["""{"op":"replace","path":"emails[type eq \"work\"].primary","value":"True"}"""],
            After = [("""emails[type eq "work"].primary""", true)],
        },
    ];

    static void OnePrimary(Reply read) =>
        read.That(
            read["emails"].Items().Count(email => email.At("primary").Text() is "true") is 1,
            "one value with primary true",
            Reply.Describe(read["emails"])
        );
}
