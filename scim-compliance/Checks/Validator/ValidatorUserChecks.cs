using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Validator;

/// <summary>
/// The tests of the SCIM Validator on users: 13 mandatory, 4 in preview. Names and request bodies are those of its result files (public in
/// pranems/SCIMServer).
/// </summary>
static class ValidatorUserChecks
{
    const string Manager = SchemaUrn.EnterpriseUser + ":manager";

    public static IReadOnlyList<Check> All { get; } =
    [
        ValidatorTest(
            test: "Create a new User",
            id: "validator.create-user",
            title: "A person with every attribute is created and found with the same values",
            needs: Needs.Filter,
            steps: async run =>
            {
                var body = VerboseUser.Json(run);
                var name = body["userName"].Text();
                (await run.Post("/Users", body)).Expect(201, 200).Has("id");
                var found = await run.Find("/Users", $"userName eq \"{name}\"");
                found.Expect(200).Count("Resources", 1);
                VerboseUser.Expect(run, Only(found), name, second: false);
            }
        ),
        ValidatorTest(
            test: "Create a duplicate User",
            id: "validator.duplicate-user",
            title: "The same person sent again is refused with 409",
            steps: async run =>
            {
                var body = VerboseUser.Json(run);
                (await run.Post("/Users", body)).RequireSuccess();
                (await run.Post("/Users", body)).Expect(409);
            }
        ),
        ValidatorTest(
            test: "Filter for an existing user",
            id: "validator.filter-user",
            title: "A user is found by userName",
            needs: Needs.Filter,
            steps: run => Found(run, name => name)
        ),
        ValidatorTest(
            test: "Filter for a non-existing user",
            id: "validator.filter-user-none",
            title: "A filter on an unknown userName is answered 200 with an empty list",
            needs: Needs.Filter,
            steps: async run => (await run.Find("/Users", $"userName eq \"{run.NewUserName()}\"")).Expect(200).Count("Resources", 0)
        ),
        ValidatorTest(
            test: "Filter for an existing user with a different case",
            id: "validator.filter-user-case",
            title: "A user is found by userName in capital letters",
            needs: Needs.Filter,
            steps: run => Found(run, name => name.ToUpperInvariant())
        ),
        ValidatorTest(
            test: "Patch User - Replace Attributes Verbose",
            id: "validator.replace-attributes",
            title: "36 operations replace every attribute of a person",
            needs: Needs.Patch,
            steps: async run =>
            {
                var user = await run.Create("/Users", VerboseUser.Json(run));
                (await run.Patch(user, VerboseUser.Operations(run, "replace", user.Name))).Expect(200, 204);
                VerboseUser.Expect(run, await run.Read(user), user.Name, second: true);
            }
        ),
        ValidatorTest(
            test: "Patch User - Add Attributes Verbose",
            id: "validator.add-attributes",
            title: "36 operations add every attribute to a person who has only a userName",
            needs: Needs.Patch,
            steps: async run =>
            {
                var user = await run.Create(
                    "/Users",
                    new JsonObject { ["schemas"] = new JsonArray(SchemaUrn.User), ["userName"] = run.NewUserName() }
                );
                (await run.Patch(user, VerboseUser.Operations(run, "add", user.Name))).Expect(200, 204);
                VerboseUser.Expect(run, await run.Read(user), user.Name, second: true);
            }
        ),
        ValidatorTest(
            test: "Update User userName",
            id: "validator.update-user-name",
            title: "userName is replaced without a path",
            needs: Needs.Patch,
            steps: async run =>
            {
                var (user, name) = (await run.Create("/Users", VerboseUser.Json(run)), run.NewUserName());
                (await run.Patch(user, $$$"""{"op":"replace","value":{"userName":"{{{name}}}"}}""")).Expect(200, 204);
                (await run.Read(user)).IsIgnoringCase("userName", name);
            }
        ),
        ValidatorTest(
            test: "Patch User - Disable User",
            id: "validator.disable-user",
            title: "active becomes false, and the user can still be read",
            needs: Needs.Patch,
            steps: async run =>
            {
                var user = await run.Create("/Users", VerboseUser.Json(run));
                (await run.Patch(user, """{"op":"replace","path":"active","value":false}""")).Expect(200, 204);
                (await run.Get(user.Path)).Expect(200).Is("active", false);
            }
        ),
        ManagerTest(
            test: "Patch User - Add Manager",
            id: "validator.add-manager",
            title: "A manager is added, with an id that the server does not know",
            op: "add",
            manager: "AXTKDLNRKMKT"
        ),
        ManagerTest(
            test: "Patch User - Replace Manager",
            id: "validator.replace-manager",
            title: "A manager is replaced by another",
            op: "replace",
            manager: "CBEQXYNPNAZS"
        ),
        ValidatorTest(
            test: "Patch User - Remove Manager",
            id: "validator.remove-manager",
            title: "A manager that is replaced by an empty value is gone",
            severity: Must,
            needs: Needs.Patch | Needs.EnterpriseUser,
            attributes: ["EnterpriseUser:manager"],
            steps: async run =>
            {
                var user = await run.Create("/Users", With(run, "IHZXFLMQGJKS"));
                (await run.Patch(user, $$"""{"op":"replace","path":"{{Manager}}","value":{"value":""} }""")).Expect(200, 204);
                (await run.Read(user)).Lacks(Manager + ".value");
            }
        ),
        ValidatorTest(
            test: "Delete a User",
            id: "validator.delete-user",
            title: "A user is deleted, and then answered 404",
            steps: async run =>
            {
                var user = await run.Create("/Users", VerboseUser.Json(run));
                (await run.Delete(user.Path)).Expect(204);
                (await run.Get(user.Path)).Expect(404);
            }
        ),
        ValidatorTest(
            test: "Patch User - Multiple Ops on different attributes",
            id: "validator.preview.different-attributes",
            title: "One request removes, adds and replaces different attributes",
            severity: Should,
            needs: Needs.Patch,
            attributes: ["User:title", "User:displayName", "User:nickName"],
            steps: async run =>
            {
                var user = await run.CreateUser("""{"title":"GWJZNRYZYFWD","nickName":"XELTCHWSZKDN"}""");
                (
                    await run.Patch(
                        user,
                        """{"op":"remove","path":"title"}""",
                        """{"op":"add","path":"displayName","value":"QWUNAMCBRHTB"}""",
                        """{"op":"replace","path":"nickName","value":"FOGSIQTKHIPG"}"""
                    )
                ).Expect(200, 204);
                (await run.Read(user)).Lacks("title").Is("displayName", "QWUNAMCBRHTB").Is("nickName", "FOGSIQTKHIPG");
            }
        ),
        ValidatorTest(
            test: "Patch User - Multiple Ops on same attribute",
            id: "validator.preview.same-attribute",
            title: "One request removes, adds and replaces the same attribute, in this order",
            severity: Should,
            needs: Needs.Patch,
            attributes: ["User:displayName"],
            steps: async run =>
            {
                var user = await run.CreateUser("""{"displayName":"NDSQQTECVAAC"}""");
                (
                    await run.Patch(
                        user,
                        """{"op":"remove","path":"displayName"}""",
                        """{"op":"add","path":"displayName","value":"QWUNAMCBRHTB"}""",
                        """{"op":"replace","path":"displayName","value":"UMVFMTPCSKRN"}"""
                    )
                ).Expect(200, 204);
                (await run.Read(user)).Is("displayName", "UMVFMTPCSKRN");
            }
        ),
        ValidatorTest(
            test: "Delete a non-existent User",
            id: "validator.preview.delete-unknown-user",
            title: "Deleting a user who is not there is answered 404",
            severity: Should,
            steps: async run => (await run.Delete("/Users/" + run.NewGuid())).Expect(404)
        ),
        ValidatorTest(
            test: "Delete the same User twice",
            id: "validator.preview.delete-user-twice",
            title: "Deleting a user twice is answered 204, then 404",
            severity: Should,
            steps: async run =>
            {
                var user = await run.CreateUser();
                (await run.Delete(user.Path)).RequireSuccess();
                (await run.Delete(user.Path)).Expect(404);
            }
        ),
    ];

    public static Check ValidatorTest(
        string id,
        string test,
        string title,
        Func<CheckRun, Task> steps,
        Needs needs = Needs.Nothing,
        Severity severity = Must,
        params string[] attributes
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = $"SCIM Validator{(severity is Must ? "" : " (preview)")} '{test}'",
            Severity = severity,
            Profiles = Profiles.Entra,
            Needs = needs,
            Attributes = attributes,
            IsFlow = true,
            Why = "The SCIM Validator reports this test as failed; Microsoft asks for its report before an app is listed in the gallery.",
            Change =
                "Look at what came, and at the requests of this test; the checks on single rules that fail beside it say which part "
                + "is wrong.",
            Steps = steps,
        };

    static Check ManagerTest(string id, string test, string title, string op, string manager) =>
        ValidatorTest(
            test: test,
            id: id,
            title: title,
            severity: Must,
            needs: Needs.Patch | Needs.EnterpriseUser,
            attributes: ["EnterpriseUser:manager"],
            steps: async run =>
            {
                var user = await run.Create("/Users", op is "add" ? run.UserJson() : With(run, "IHZXFLMQGJKS"));
                (await run.Patch(user, $$"""{"op":"{{op}}","path":"{{Manager}}","value":{"value":"{{manager}}"} }""")).Expect(200, 204);
                (await run.Read(user)).Is(Manager + ".value", manager);
            }
        );

    static JsonObject With(CheckRun run, string manager)
    {
        var body = VerboseUser.Json(run);
        body["schemas"] = new JsonArray(SchemaUrn.User, SchemaUrn.EnterpriseUser);
        body[SchemaUrn.EnterpriseUser] ??= new JsonObject();
        body[SchemaUrn.EnterpriseUser]!["manager"] = new JsonObject { ["value"] = manager };
        return body;
    }

    static async Task Found(CheckRun run, Func<string, string> asked)
    {
        var user = await run.Create("/Users", VerboseUser.Json(run));
        var found = (await run.Find("/Users", $"userName eq \"{asked(user.Name)}\"")).Expect(200).Count("Resources", 1);
        found.Is("Resources[0].id", user.Id);
    }

    static Reply Only(Reply list) => new(list.Exchange with { ResponseBody = list["Resources[0]"]!.ToJsonString() });
}
