using System.Text.Json.Nodes;
using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Validator;

/// <summary>The tests of the SCIM Validator on users: 13 mandatory, 4 in preview. Names and request bodies are those of its result files (public in pranems/SCIMServer).</summary>
static class ValidatorUserChecks
{
    const string Manager = Trial.EnterpriseSchema + ":manager";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of(
            "create-user",
            "Create a new User",
            "A person with every attribute is created and found with the same values",
            async t =>
            {
                var body = VerboseUser.Json(t);
                var name = body["userName"].Text();
                (await t.Post("/Users", body)).Expect(201, 200).Has("id");
                var found = await t.Find("/Users", $"userName eq \"{name}\"");
                found.Expect(200).Count("Resources", 1);
                VerboseUser.Expect(t, Only(found), name, second: false);
            },
            Needs.Filter
        ),
        Of(
            "duplicate-user",
            "Create a duplicate User",
            "The same person sent again is refused with 409",
            async t =>
            {
                var body = VerboseUser.Json(t);
                (await t.Post("/Users", body)).Prepared();
                (await t.Post("/Users", body)).Expect(409);
            }
        ),
        Of("filter-user", "Filter for an existing user", "A user is found by userName", t => Found(t, name => name), Needs.Filter),
        Of(
            "filter-user-none",
            "Filter for a non-existing user",
            "A userName that nobody has is answered 200 with an empty list",
            async t => (await t.Find("/Users", $"userName eq \"{t.NewUserName()}\"")).Expect(200).Count("Resources", 0),
            Needs.Filter
        ),
        Of(
            "filter-user-case",
            "Filter for an existing user with a different case",
            "A user is found by userName in capital letters",
            t => Found(t, name => name.ToUpperInvariant()),
            Needs.Filter
        ),
        Of(
            "replace-attributes",
            "Patch User - Replace Attributes Verbose",
            "36 operations replace every attribute of a person",
            async t =>
            {
                var user = await t.Make("/Users", VerboseUser.Json(t));
                (await t.Patch(user, VerboseUser.Operations(t, "replace", user.Name))).Expect(200, 204);
                VerboseUser.Expect(t, await t.Read(user), user.Name, second: true);
            },
            Needs.Patch
        ),
        Of(
            "add-attributes",
            "Patch User - Add Attributes Verbose",
            "36 operations add every attribute to a person who has only a userName",
            async t =>
            {
                var user = await t.Make(
                    "/Users",
                    new JsonObject { ["schemas"] = new JsonArray(Trial.UserSchema), ["userName"] = t.NewUserName() }
                );
                (await t.Patch(user, VerboseUser.Operations(t, "add", user.Name))).Expect(200, 204);
                VerboseUser.Expect(t, await t.Read(user), user.Name, second: true);
            },
            Needs.Patch
        ),
        Of(
            "update-user-name",
            "Update User userName",
            "userName is replaced without a path",
            async t =>
            {
                var (user, name) = (await t.Make("/Users", VerboseUser.Json(t)), t.NewUserName());
                (await t.Patch(user, $$$"""{"op":"replace","value":{"userName":"{{{name}}}"}}""")).Expect(200, 204);
                (await t.Read(user)).IsIgnoringCase("userName", name);
            },
            Needs.Patch
        ),
        Of(
            "disable-user",
            "Patch User - Disable User",
            "active becomes false, and the user can still be read",
            async t =>
            {
                var user = await t.Make("/Users", VerboseUser.Json(t));
                (await t.Patch(user, """{"op":"replace","path":"active","value":false}""")).Expect(200, 204);
                (await t.Get(user.Path)).Expect(200).Is("active", false);
            },
            Needs.Patch
        ),
        OfManager(
            "add-manager",
            "Patch User - Add Manager",
            "A manager is added, with an id that the server does not know",
            "add",
            "AXTKDLNRKMKT"
        ),
        OfManager("replace-manager", "Patch User - Replace Manager", "A manager is replaced by another", "replace", "CBEQXYNPNAZS"),
        Of(
            "remove-manager",
            "Patch User - Remove Manager",
            "A manager that is replaced by an empty value is gone",
            async t =>
            {
                var user = await t.Make("/Users", With(t, "IHZXFLMQGJKS"));
                (await t.Patch(user, $$"""{"op":"replace","path":"{{Manager}}","value":{"value":""} }""")).Expect(200, 204);
                (await t.Read(user)).Lacks(Manager + ".value");
            },
            Needs.Patch | Needs.EnterpriseUser,
            Must,
            "EnterpriseUser:manager"
        ),
        Of(
            "delete-user",
            "Delete a User",
            "A user is deleted, and then answered 404",
            async t =>
            {
                var user = await t.Make("/Users", VerboseUser.Json(t));
                (await t.Delete(user.Path)).Expect(204);
                (await t.Get(user.Path)).Expect(404);
            }
        ),
        Of(
            "preview.different-attributes",
            "Patch User - Multiple Ops on different attributes",
            "One request removes, adds and replaces different attributes",
            async t =>
            {
                var user = await t.User("""{"title":"GWJZNRYZYFWD","nickName":"XELTCHWSZKDN"}""");
                (
                    await t.Patch(
                        user,
                        """{"op":"remove","path":"title"}""",
                        """{"op":"add","path":"displayName","value":"QWUNAMCBRHTB"}""",
                        """{"op":"replace","path":"nickName","value":"FOGSIQTKHIPG"}"""
                    )
                ).Expect(200, 204);
                (await t.Read(user)).Lacks("title").Is("displayName", "QWUNAMCBRHTB").Is("nickName", "FOGSIQTKHIPG");
            },
            Needs.Patch,
            Should,
            "User:title",
            "User:displayName",
            "User:nickName"
        ),
        Of(
            "preview.same-attribute",
            "Patch User - Multiple Ops on same attribute",
            "One request removes, adds and replaces the same attribute, in this order",
            async t =>
            {
                var user = await t.User("""{"displayName":"NDSQQTECVAAC"}""");
                (
                    await t.Patch(
                        user,
                        """{"op":"remove","path":"displayName"}""",
                        """{"op":"add","path":"displayName","value":"QWUNAMCBRHTB"}""",
                        """{"op":"replace","path":"displayName","value":"UMVFMTPCSKRN"}"""
                    )
                ).Expect(200, 204);
                (await t.Read(user)).Is("displayName", "UMVFMTPCSKRN");
            },
            Needs.Patch,
            Should,
            "User:displayName"
        ),
        Of(
            "preview.delete-unknown-user",
            "Delete a non-existent User",
            "Deleting a user who is not there is answered 404",
            async t => (await t.Delete("/Users/" + t.NewGuid())).Expect(404),
            Needs.Nothing,
            Should
        ),
        Of(
            "preview.delete-user-twice",
            "Delete the same User twice",
            "Deleting a user twice is answered 204, then 404",
            async t =>
            {
                var user = await t.User();
                (await t.Delete(user.Path)).Prepared();
                (await t.Delete(user.Path)).Expect(404);
            },
            Needs.Nothing,
            Should
        ),
    ];

    public static Check Of(
        string id,
        string test,
        string title,
        Func<Trial, Task> run,
        Needs needs = Needs.Nothing,
        Severity severity = Must,
        params string[] attributes
    ) =>
        new($"validator.{id}", title, $"SCIM Validator{(severity is Must ? "" : " (preview)")} '{test}'", severity, Profiles.Entra, run)
        {
            Why = "The SCIM Validator reports this test as failed; Microsoft asks for its report before an app is listed in the gallery.",
            IsFlow = true,
            Change =
                "Look at what came, and at the requests of this test; the checks on single rules that fail beside it say which part is wrong.",
            Needs = needs,
            Attributes = attributes,
        };

    static Check OfManager(string id, string test, string title, string op, string manager) =>
        Of(
            id,
            test,
            title,
            async t =>
            {
                var user = await t.Make("/Users", op is "add" ? t.UserJson() : With(t, "IHZXFLMQGJKS"));
                (await t.Patch(user, $$"""{"op":"{{op}}","path":"{{Manager}}","value":{"value":"{{manager}}"} }""")).Expect(200, 204);
                (await t.Read(user)).Is(Manager + ".value", manager);
            },
            Needs.Patch | Needs.EnterpriseUser,
            Must,
            "EnterpriseUser:manager"
        );

    static JsonObject With(Trial t, string manager)
    {
        var body = VerboseUser.Json(t);
        body["schemas"] = new JsonArray(Trial.UserSchema, Trial.EnterpriseSchema);
        body[Trial.EnterpriseSchema] ??= new JsonObject();
        body[Trial.EnterpriseSchema]!["manager"] = new JsonObject { ["value"] = manager };
        return body;
    }

    static async Task Found(Trial t, Func<string, string> asked)
    {
        var user = await t.Make("/Users", VerboseUser.Json(t));
        var found = (await t.Find("/Users", $"userName eq \"{asked(user.Name)}\"")).Expect(200).Count("Resources", 1);
        found.Is("Resources[0].id", user.Id);
    }

    static Reply Only(Reply list) => new(list.Exchange with { ResponseBody = list["Resources[0]"]!.ToJsonString() });
}
