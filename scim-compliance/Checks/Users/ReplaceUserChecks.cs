using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary><c>PUT /Users/{id}</c> (RFC 7644 §3.5.1). Entra never sends it; Okta and others do for every change.</summary>
static class ReplaceUserChecks
{
    const Profiles Senders = Profiles.Rfc | Profiles.Okta;

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "users.replace.answer",
            Title = "A PUT is answered with 200 and the changed user",
            Rule = "RFC 7644 §3.5.1",
            Severity = Must,
            Profiles = Senders,
            Attributes = ["User:displayName"],
            Why = "Okta changes accounts with PUT alone, and treats an empty answer as a failure.",
            Change = "Offer PUT /Users/{id}, and answer with 200 and the whole resource.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Before"}""");
                (await run.Put(user.Path, Body(run, user, """{"displayName":"After"}""")))
                    .Expect(200)
                    .Is("id", user.Id)
                    .Is("displayName", "After");
            },
        },
        new()
        {
            Id = "users.replace.whole",
            Title = "A user that was read can be put back with one value changed",
            Rule = "okta-developer-docs scim-20, Update a specific User (GET, then PUT)",
            Severity = Must,
            Profiles = Senders,
            Attributes = ["User:displayName"],
            Why = "Okta sends back what it has read, with id, meta and all. When that is refused, no change arrives.",
            Change = "Accept every member of your own representation in a PUT, and ignore the read-only ones.",
            Steps = async run =>
            {
                var user = await run.CreateUser(
                    """
                    {"displayName":"Before","name":{"givenName":"Ada","familyName":"Lovelace"},
                    "emails":[{"type":"work","value":"ada@example.com","primary":true}]}
                    """
                );
                var whole = (await run.Read(user)).Json!.DeepClone().AsObject();
                whole["displayName"] = "After";
                (await run.Put(user.Path, whole)).RequireKnownMethod().Success();
                var read = (await run.Read(user)).Is("displayName", "After");
                foreach (var path in (string[])["name.familyName", """emails[type eq "work"].value"""])
                    read.Is(path, whole.At(path));
            },
        },
        Replaced(
            id: "users.replace.null",
            title: "null in a PUT clears a value",
            rule: "RFC 7644 §3.5.1",
            severity: Should,
            attributes: ["displayName", "name.givenName"],
            before: """{"displayName":"Ada","name":{"givenName":"Ada"}}""",
            after: """{"displayName":null,"name":{"givenName":"Ada"}}""",
            why: "A value that was removed from a person stays in the app.",
            change: "Take null in a PUT as a request to clear the attribute.",
            expect: reply => reply.Lacks("displayName").Is("name.givenName", "Ada")
        ),
        Replaced(
            id: "users.replace.empty-array",
            title: "An empty array in a PUT clears all values",
            rule: "RFC 7644 §3.5.1",
            severity: Should,
            attributes: ["emails"],
            before: """{"emails":[{"type":"work","value":"ada@example.com"}]}""",
            after: """{"emails":[]}""",
            why: "An address that was withdrawn goes on receiving mail.",
            change: "Take [] in a PUT as a request to clear the attribute.",
            expect: reply => reply.Lacks("emails")
        ),
        Replaced(
            id: "users.replace.values",
            title: "A PUT replaces all values of an attribute that has several",
            rule: "RFC 7644 §3.5.1 (values provided SHALL replace the existing)",
            severity: Must,
            attributes: ["emails"],
            before: """{"emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}]}""",
            after: """{"emails":[{"type":"work","value":"new@example.com"}]}""",
            why: "Old addresses pile up beside the new one.",
            change: "Store the array of a PUT in the place of the old one; do not merge.",
            expect: reply => reply.Count("emails", 1).Is("emails[0].value", "new@example.com")
        ),
        Replaced(
            id: "users.replace.left-out",
            title: "What a PUT leaves out is removed",
            rule: "RFC 7644 §3.5.1 (MAY be assumed to be cleared)",
            severity: Advice,
            attributes: ["title"],
            before: """{"title":"Engineer"}""",
            after: "{}",
            why: "Clients that replace whole objects leave out what is empty; servers that keep it then hold old data.",
            change: "Clear attributes that a PUT does not mention, but for those with a default such as active.",
            expect: reply => reply.Lacks("title")
        ),
        Replaced(
            id: "users.replace.id",
            title: "A PUT does not change the id",
            rule: "RFC 7644 §3.5.1 (readOnly values SHALL be ignored)",
            severity: Must,
            before: "{}",
            after: """{"id":"11111111-2222-4333-8444-555555555555"}""",
            why: "The link that every client keeps to this account would break.",
            change: "Ignore id in the body of a PUT; the address says which resource is meant.",
            expect: reply =>
                reply
                    .Has("id")
                    .That(reply["id"].Text() != "11111111-2222-4333-8444-555555555555", "the id as it was", "the one the client sent")
        ),
        Replaced(
            id: "users.replace.read-only",
            title: "A PUT does not change meta or groups",
            rule: "RFC 7644 §3.5.1 (readOnly values SHALL be ignored)",
            severity: Must,
            before: "{}",
            after: """
            {"meta":{"resourceType":"User","created":"1999-12-31T12:00:00Z"},
            "groups":[{"value":"11111111-2222-4333-8444-555555555555"}]}
            """,
            why: "Clients send these back out of date; memberships and dates would be wrong.",
            change: "Ignore read-only attributes in a PUT, without refusing it.",
            expect: reply =>
                reply
                    .Lacks("groups")
                    .That(
                        Timestamps.Parse(reply["meta.created"]) is not { Year: 1999 },
                        "meta.created as it was",
                        "the one the client sent"
                    )
        ),
        new()
        {
            Id = "users.replace.created",
            Title = "A PUT leaves meta.created as it was",
            Rule = "RFC 7643 §3.1",
            Severity = Must,
            Profiles = Senders,
            Why = "Accounts would seem new after every change.",
            Change = "Set meta.created once, by the POST.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var before = (await run.Read(user))["meta.created"] ?? throw new Blocked("GET shows no meta.created");
                (await run.Put(user.Path, Body(run, user, """{"displayName":"After"}"""))).RequireSuccess();
                (await run.Read(user)).Is("meta.created", before);
            },
        },
        new()
        {
            Id = "users.replace.last-modified",
            Title = "A PUT that changes something moves meta.lastModified",
            Rule = "RFC 7643 §3.1",
            Severity = Must,
            Profiles = Senders,
            Why = "Systems that read only what has changed miss the change.",
            Change = "Set meta.lastModified with every write that changes the resource, to the millisecond at least.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"displayName":"Before"}""");
                await run.ExpectLaterLastModified(
                    user,
                    async tries => (await run.Put(user.Path, Body(run, user, $$"""{"displayName":"After {{tries}}"}"""))).RequireSuccess()
                );
            },
        },
        new()
        {
            Id = "users.replace.duplicate",
            Title = "A PUT to a userName that another has is refused with 409, or 400 uniqueness",
            Rule = "RFC 7643 §4.1.1; RFC 7644 §3.12 (Table 9: uniqueness applies to PUT)",
            Severity = Must,
            Profiles = Senders,
            Why = "Two accounts with one name cannot be told apart by any client.",
            Change = "Check uniqueness in a PUT as in a POST: 409 with scimType uniqueness.",
            Steps = async run =>
            {
                run.RequireRenaming();
                var (first, second) = (await run.CreateUser(), await run.CreateUser());
                (await run.Put(second.Path, run.UserJson($$"""{"userName":"{{first.Name}}"}"""))).RequireKnownMethod().Conflict();
            },
        },
    ];

    static JsonObject Body(CheckRun run, CreatedResource user, string members)
    {
        var body = run.UserJson(members);
        body["userName"] = user.Name;
        return body;
    }

    static Check Replaced(
        string id,
        string title,
        string rule,
        Severity severity,
        string why,
        string change,
        string before,
        string after,
        Action<Reply> expect,
        params string[] attributes
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Senders,
            Attributes = [.. attributes.Select(attribute => "User:" + attribute)],
            Why = why,
            Change = change,
            Steps = async run =>
            {
                var user = (await run.CreateUser(before)).RequireKept(attributes);
                (await run.Put(user.Path, Body(run, user, after))).RequireKnownMethod().Success();
                // A PUT of an id may have moved the resource to another address: that is what the check is about.
                expect((await run.Get(user.Path)).Expect(200));
            },
        };
}
