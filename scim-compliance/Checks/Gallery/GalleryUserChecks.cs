using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Gallery;

/// <summary>Tests 1 to 7 of the App gallery harness (AzureAD/SCIMReferenceCode, SCIM-Validation-Test-Overview.md): the life of a user, as requests of the provisioning service.</summary>
static class GalleryUserChecks
{
    const string Manager = Trial.EnterpriseSchema + ":manager";
    const string Department = Trial.EnterpriseSchema + ":department";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of(
            1,
            "Create_User_Test",
            "user.create",
            "A user is created by a cycle and found by the harness",
            async t =>
            {
                var body = t.UserJson();
                var filter = $"userName eq \"{body["userName"].Text()}\"";
                (await t.Find("/Users", filter)).Expect(200).Count("Resources", 0);
                (await t.Post("/Users", body)).Success().Has("id");
                (await t.Find("/Users", filter))
                    .Expect(200)
                    .Count("Resources", 1)
                    .IsIgnoringCase("Resources[0].userName", body["userName"].Text());
            },
            Needs.Filter
        ),
        Of(
            2,
            "Update_User_Test",
            "user.update",
            "Changed attributes of a user arrive and are found by the harness",
            async t =>
            {
                var offered = ((string[])["displayName", "title", Department])
                    .Where(path => GalleryDirectChecks.Offered(t, path))
                    .ToArray();
                if (offered is [])
                    throw new NotOffered("/Schemas lists neither displayName nor title nor department");
                var user = await t.User();
                (await t.Patch(user, [.. offered.Select(path => $$"""{"op":"add","path":"{{path}}","value":"As created"}""")])).Prepared();
                (await t.Patch(user, [.. offered.Select(path => $$"""{"op":"Replace","path":"{{path}}","value":"Changed"}""")])).Expect(
                    200,
                    204
                );
                var found = (await t.Find("/Users", $"userName eq \"{user.Name}\"")).Expect(200).Count("Resources", 1);
                foreach (var path in offered)
                    if (found["Resources[0]"].At(path).Text() is not "Changed" and var came)
                        throw new Broken($"{path} is \"Changed\"", came);
            },
            Needs.Filter | Needs.Patch
        ),
        Of(
            3,
            "Disable_User_Test",
            "user.disable",
            "A user is disabled, and can still be read",
            async t =>
            {
                var user = await t.User();
                (await t.Patch(user, """{"op":"Replace","path":"active","value":"False"}""")).Expect(200, 204);
                (await t.Get(user.Path)).Expect(200).Is("active", false);
            },
            Needs.Patch
        ),
        Of(
            4,
            "Delete_User_Test",
            "user.delete",
            "A user who is purged in Entra is gone",
            async t =>
            {
                var user = await t.User();
                (await t.Delete(user.Path)).Expect(204);
                (await t.Find("/Users", $"userName eq \"{user.Name}\"")).Expect(200, 404).Count("Resources", 0);
            },
            Needs.Filter,
            Should
        ),
        Of(
            5,
            "User_Update_Manager_Test",
            "user.manager",
            "A manager is set, changed and removed by cycles",
            async t =>
            {
                var users = await t.Users(3);
                (await t.Patch(users[0], $$"""{"op":"Add","path":"{{Manager}}","value":"{{users[1].Id}}"}""")).Expect(200, 204);
                (await t.Read(users[0])).Is(Manager + ".value", users[1].Id);
                (await t.Patch(users[0], $$"""{"op":"Replace","path":"{{Manager}}","value":"{{users[2].Id}}"}""")).Expect(200, 204);
                (await t.Read(users[0])).Is(Manager + ".value", users[2].Id);
                (await t.Patch(users[0], $$"""{"op":"Remove","path":"{{Manager}}"}""")).Expect(200, 204);
                (await t.Read(users[0])).Lacks(Manager);
            },
            Needs.Patch | Needs.EnterpriseUser,
            Must,
            "EnterpriseUser:manager"
        ),
        Of(
            6,
            "Restore_User_Test",
            "user.restore",
            "A user who is unassigned and assigned again is back, after a disable as after a delete",
            async t =>
            {
                var user = await t.User();
                (await t.Patch(user, """{"op":"Replace","path":"active","value":"False"}""")).Expect(200, 204);
                (await t.Patch(user, """{"op":"Replace","path":"active","value":"True"}""")).Expect(200, 204);
                (await t.Read(user)).Is("active", true);
                (await t.Delete(user.Path)).Expect(204);
                var again = await t.Post("/Users", t.UserJson($$"""{"userName":"{{user.Name}}"}"""));
                again.Success().Has("id").That(again["id"].Text() != user.Id, "a new id", "the id of the deleted user");
            },
            Needs.Patch
        ),
        Of(
            7,
            "POD_User_Test",
            "user.on-demand",
            "A user is provisioned on demand and found by the harness",
            OnDemand.OnDemandChecks.NewUser,
            Needs.Filter
        ),
    ];

    public static Check Of(
        int number,
        string test,
        string id,
        string title,
        Func<Trial, Task> run,
        Needs needs = Needs.Nothing,
        Severity severity = Must,
        params string[] attributes
    ) =>
        new(
            $"gallery.{id}",
            title,
            $"App gallery harness, test {number} {test}{(severity is Must ? "" : " (optional)")}",
            severity,
            Profiles.Entra,
            run
        )
        {
            Why = "The harness reports this test as failed; Microsoft asks for its result before an app is listed in the gallery.",
            IsFlow = true,
            Change =
                "Look at what came, and at the requests of this test; the checks on single rules that fail beside it say which part is wrong.",
            Needs = needs,
            Attributes = attributes,
        };
}
