using System.Text.Json.Nodes;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary><c>POST /Users</c> (RFC 7644 §3.3).</summary>
static class CreateUserChecks
{
    static readonly (string Path, string Json)[] Values =
    [
        ("title", "\"Engineer\""),
        ("name.familyName", "\"O'Neil\""),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        new("users.create.minimal", "A user with nothing but a userName is created with 201 and an id", "RFC 7644 §3.3", Must, Profiles.All, async t =>
        {
            var user = t.UserJson();
            var reply = (await t.Post("/Users", user)).Expect(201);
            reply.Has("id").Is("userName", user["userName"]!.DeepClone());
        })
        {
            Why = "Without an id in the answer Entra cannot link the account, and tries to create it again in every cycle.",
            Change = "Answer a POST with 201 and the whole resource, with the id you gave it.",
        },
        new("users.create.duplicate", "A second user with the same userName is refused with 409 uniqueness", "RFC 7644 §3.3; SCIM Validator 'create duplicate user'", Must, Profiles.All, async t =>
        {
            var first = await t.User();
            var reply = await t.Post("/Users", t.UserJson($$"""{"userName":"{{first.Name}}"}"""));
            reply.Error(409, "uniqueness");
        })
        {
            Why = "Two accounts of one name make every later match ambiguous (DuplicateTargetEntries): Entra then writes to neither.",
            Change = "Keep userName unique, whatever its letter case, and answer 409 with scimType uniqueness.",
        },
        .. from row in Values select Kept(row.Path, row.Json),
    ];

    static Check Kept(string path, string json) => new($"users.create.value.{path}", $"{path} comes back as it was sent", "Entra: values are stored byte for byte", Must, Profiles.All, async t =>
    {
        var user = await t.User(path.Split('.') is [var name, var sub] ? $$$"""{"{{{name}}}":{"{{{sub}}}":{{{json}}}}}""" : $$$"""{"{{{path}}}":{{{json}}}}""");
        (await t.Read(user)).Is(path, JsonNode.Parse(json));
    })
    {
        Why = "What is changed on the way is seen as a difference, and written again in every cycle.",
        Change = "Store and return the value unchanged.",
        Attributes = ["User:" + path],
    };
}
