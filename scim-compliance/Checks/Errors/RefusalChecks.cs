using System.Text.Json.Nodes;
using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Errors;

/// <summary>Requests that make no sense are refused as the client's mistake, and nothing is made of them.</summary>
static class RefusalChecks
{
    // Body of a POST, in which {name} is a marked name.
    static readonly (string Id, string What, string Collection, string Body, string[] Types)[] Bodies =
    [
        (
            "json",
            "Broken JSON",
            "/Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{name}",""",
            ["invalidSyntax"]
        ),
        ("empty", "An empty body", "/Users", "", ["invalidSyntax", "invalidValue"]),
        (
            "array",
            "An array in the place of a user",
            "/Users",
            """[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{name}"}]""",
            ["invalidSyntax", "invalidValue"]
        ),
        ("text", "A text in the place of a user", "/Users", "\"{name}\"", ["invalidSyntax", "invalidValue"]),
        (
            "user-name-missing",
            "A user without a userName",
            "/Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"displayName":"{name}"}""",
            ["invalidValue", "invalidSyntax"]
        ),
        (
            "user-name-empty",
            "A user whose userName is empty",
            "/Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"","displayName":"{name}"}""",
            ["invalidValue", "invalidSyntax"]
        ),
        (
            "emails-text",
            "A user whose emails are a text",
            "/Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{name}","emails":"a@example.com"}""",
            ["invalidValue", "invalidSyntax"]
        ),
        (
            "name-list",
            "A user whose name is a list",
            "/Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{name}","name":["A","B"]}""",
            ["invalidValue", "invalidSyntax"]
        ),
        (
            "active-word",
            "A user whose active is neither true nor false",
            "/Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{name}","active":"perhaps"}""",
            ["invalidValue", "invalidSyntax"]
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from body in Bodies select Refused(body.Id, body.What, body.Collection, body.Body),
        .. from body in Bodies
        where body.Types.Length is 1 || body.Id is "user-name-missing" or "emails-text"
        select Named(body.Id, body.What, body.Collection, body.Body, body.Types),
        new()
        {
            Id = "errors.replace.without-user-name",
            Title = "A PUT without userName is refused, or leaves the user's name",
            Rule = "RFC 7644 §3.5.1; RFC 7643 §4.1.1",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "An account that loses its name is matched by nobody, and made a second time.",
            Change = "Require userName in a PUT as in a POST.",
            Run = async t =>
            {
                var user = await t.User();
                var reply = (
                    await t.Put(
                        user.Path,
                        JsonNode.Parse($$"""{"schemas":["{{Trial.UserSchema}}"],"id":"{{user.Id}}","displayName":"x"}""")!
                    )
                ).Known();
                if (!reply.IsSuccess)
                    reply.Expect(400, 422);
                // The RFC asks the client for it, and leaves to the server what it does without.
                else
                    (await t.Read(user)).IsIgnoringCase("userName", user.Name);
            },
        },
    ];

    static string Rule(string id) =>
        id.StartsWith("user-name", StringComparison.Ordinal)
            ? "RFC 7643 §4.1.1: MUST include a non-empty userName"
            : "RFC 7644 §3.12, Table 8";

    static Check Refused(string id, string what, string collection, string body) =>
        new()
        {
            Id = $"errors.refused.{id}",
            Title = $"{what} is refused",
            Rule = Rule(id),
            Severity = Severity(id),
            Profiles = Profiles.All,
            Needs = collection is "/Groups" ? Needs.Groups : Needs.Nothing,
            Why =
                "What should be refused is stored half, or answered with a server error: Entra takes that for an outage and tries it again for weeks.",
            Change = "Check the body before anything is stored, and answer 400 with a detail that names the mistake.",
            Run = async t => (await Send(t, collection, body)).Expect(400, 422),
        };

    static Check Named(string id, string what, string collection, string body, string[] types) =>
        new()
        {
            Id = $"errors.type.{id}",
            Title = $"{what} is refused with scimType {types[0]}",
            Rule = "RFC 7644 §3.12, Table 9",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = collection is "/Groups" ? Needs.Groups : Needs.Nothing,
            Why = "The word tells a program what kind of mistake it has made. Without it, people have to read logs.",
            Change = $"Answer 400 with \"scimType\":\"{types[0]}\".",
            Run = async t =>
            {
                var reply = await Send(t, collection, body);
                if (reply.Status is not 400 || !reply.IsErrorDocument)
                    throw new Blocked($"it is not answered with a SCIM error 400 but with {reply.Summary}");
                reply.Error(400, types);
            },
        };

    // What the RFC leaves to the server's leniency in reading a type is no must.
    static Severity Severity(string id) => id is "emails-text" or "name-list" or "active-word" ? Should : Must;

    static async Task<Reply> Send(Trial t, string collection, string body)
    {
        var reply = await t.Post(collection, body.Replace("{name}", t.NewName(), StringComparison.Ordinal));
        // Whatever a lenient server has made of it goes away again.
        await t.Discard(collection, reply);
        return reply;
    }
}
