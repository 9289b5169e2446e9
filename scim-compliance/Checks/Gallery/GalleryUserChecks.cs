using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Gallery;

/// <summary>
/// Tests 1 to 7 of the App gallery harness (AzureAD/SCIMReferenceCode, SCIM-Validation-Test-Overview.md): a user is created, changed and
/// deleted by requests of the provisioning service.
/// </summary>
static class GalleryUserChecks
{
    const string Manager = SchemaUrn.EnterpriseUser + ":manager";
    const string Department = SchemaUrn.EnterpriseUser + ":department";

    public static IReadOnlyList<Check> All { get; } =
    [
        HarnessTest(
            number: 1,
            test: "Create_User_Test",
            id: "gallery.user.create",
            title: "A user is created by a cycle and found by the harness",
            needs: Needs.Filter,
            steps: async run =>
            {
                var body = run.UserJson();
                var filter = $"userName eq \"{body["userName"].Text()}\"";
                (await run.Find("/Users", filter)).Expect(200).Count("Resources", 0);
                (await run.Post("/Users", body)).Success().Has("id");
                (await run.Find("/Users", filter))
                    .Expect(200)
                    .Count("Resources", 1)
                    .IsIgnoringCase("Resources[0].userName", body["userName"].Text());
            }
        ),
        HarnessTest(
            number: 2,
            test: "Update_User_Test",
            id: "gallery.user.update",
            title: "Changed attributes of a user arrive and are found by the harness",
            needs: Needs.Filter | Needs.Patch,
            steps: async run =>
            {
                var offered = ((string[])["displayName", "title", Department])
                    .Where(path => GalleryDirectChecks.Offered(run, path))
                    .ToArray();
                if (offered is [])
                    throw new NotOffered("/Schemas lists neither displayName nor title nor department");
                var user = await run.CreateUser();
                (
                    await run.Patch(user, [.. offered.Select(path => $$"""{"op":"add","path":"{{path}}","value":"As created"}""")])
                ).RequireSuccess();
                (await run.Patch(user, [.. offered.Select(path => $$"""{"op":"Replace","path":"{{path}}","value":"Changed"}""")])).Expect(
                    200,
                    204
                );
                var found = (await run.Find("/Users", $"userName eq \"{user.Name}\"")).Expect(200).Count("Resources", 1);
                foreach (var path in offered)
                    if (found["Resources[0]"].At(path).Text() is not "Changed" and var came)
                        throw new CheckFailed($"{path} is \"Changed\"", came);
            }
        ),
        HarnessTest(
            number: 3,
            test: "Disable_User_Test",
            id: "gallery.user.disable",
            title: "A user is disabled, and can still be read",
            needs: Needs.Patch,
            steps: async run =>
            {
                var user = await run.CreateUser();
                (await run.Patch(user, """{"op":"Replace","path":"active","value":"False"}""")).Expect(200, 204);
                (await run.Get(user.Path)).Expect(200).Is("active", false);
            }
        ),
        HarnessTest(
            number: 4,
            test: "Delete_User_Test",
            id: "gallery.user.delete",
            title: "A user who is purged in Entra is gone",
            severity: Should,
            needs: Needs.Filter,
            steps: async run =>
            {
                var user = await run.CreateUser();
                (await run.Delete(user.Path)).Expect(204);
                (await run.Find("/Users", $"userName eq \"{user.Name}\"")).Expect(200, 404).Count("Resources", 0);
            }
        ),
        HarnessTest(
            number: 5,
            test: "User_Update_Manager_Test",
            id: "gallery.user.manager",
            title: "A manager is set, changed and removed by cycles",
            severity: Must,
            needs: Needs.Patch | Needs.EnterpriseUser,
            attributes: ["EnterpriseUser:manager"],
            steps: async run =>
            {
                var users = await run.CreateUsers(3);
                (await run.Patch(users[0], $$"""{"op":"Add","path":"{{Manager}}","value":"{{users[1].Id}}"}""")).Expect(200, 204);
                (await run.Read(users[0])).Is(Manager + ".value", users[1].Id);
                (await run.Patch(users[0], $$"""{"op":"Replace","path":"{{Manager}}","value":"{{users[2].Id}}"}""")).Expect(200, 204);
                (await run.Read(users[0])).Is(Manager + ".value", users[2].Id);
                (await run.Patch(users[0], $$"""{"op":"Remove","path":"{{Manager}}"}""")).Expect(200, 204);
                (await run.Read(users[0])).Lacks(Manager);
            }
        ),
        HarnessTest(
            number: 6,
            test: "Restore_User_Test",
            id: "gallery.user.restore",
            title: "A user who is unassigned and assigned again is back, after a disable as after a delete",
            needs: Needs.Patch,
            steps: async run =>
            {
                var user = await run.CreateUser();
                (await run.Patch(user, """{"op":"Replace","path":"active","value":"False"}""")).Expect(200, 204);
                (await run.Patch(user, """{"op":"Replace","path":"active","value":"True"}""")).Expect(200, 204);
                (await run.Read(user)).Is("active", true);
                (await run.Delete(user.Path)).Expect(204);
                var again = await run.Post("/Users", run.UserJson($$"""{"userName":"{{user.Name}}"}"""));
                again.Success().Has("id").That(again["id"].Text() != user.Id, "a new id", "the id of the deleted user");
            }
        ),
        HarnessTest(
            number: 7,
            test: "POD_User_Test",
            id: "gallery.user.on-demand",
            title: "A user is provisioned on demand and found by the harness",
            needs: Needs.Filter,
            steps: OnDemand.OnDemandChecks.NewUser
        ),
    ];

    public static Check HarnessTest(
        int number,
        string test,
        string id,
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
            Rule = $"App gallery harness, test {number} {test}{(severity is Must ? "" : " (optional)")}",
            Severity = severity,
            Profiles = Profiles.Entra,
            Needs = needs,
            Attributes = attributes,
            IsFlow = true,
            Why = "The harness reports this test as failed; Microsoft asks for its result before an app is listed in the gallery.",
            Change =
                "Look at what came, and at the requests of this test; the checks on single rules that fail beside it say which part "
                + "is wrong.",
            Steps = steps,
        };
}
