using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Gallery;

/// <summary>
/// Tests 8 to 14 of the App gallery harness: a group is created, changed and deleted by requests of the provisioning service.
/// </summary>
static class GalleryGroupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        GroupTest(
            number: 8,
            test: "Create_Group_Test",
            id: "gallery.group.create",
            title: "A group is created by a cycle and found by the harness",
            needs: Needs.Filter,
            steps: async run =>
            {
                var body = run.GroupJson("""{"members":[]}""");
                var filter = $"displayName eq \"{body["displayName"].Text()}\"";
                (await run.Find("/Groups", filter, "excludedAttributes=members")).Expect(200).Count("Resources", 0);
                (await run.Post("/Groups", body)).Success().Has("id");
                (await run.Find("/Groups", filter))
                    .Expect(200)
                    .Count("Resources", 1)
                    .Is("Resources[0].displayName", body["displayName"]!.DeepClone());
            }
        ),
        GroupTest(
            number: 9,
            test: "Update_Group_Test",
            id: "gallery.group.update",
            title: "A renamed group is found by the harness under its new name",
            needs: Needs.Filter | Needs.Patch,
            steps: async run =>
            {
                var (group, name) = (await run.CreateGroup(), run.NewName());
                (await run.Patch(group, $$"""{"op":"Replace","path":"displayName","value":"{{name}}"}""")).Expect(200, 204);
                (await run.Find("/Groups", $"displayName eq \"{name}\"")).Expect(200).Count("Resources", 1).Is("Resources[0].id", group.Id);
            }
        ),
        GroupTest(
            number: 10,
            test: "Delete_Group_Test",
            id: "gallery.group.delete",
            title: "A group that is deleted in Entra is gone",
            severity: Should,
            needs: Needs.Filter,
            steps: async run =>
            {
                var group = await run.CreateGroup();
                (await run.Delete(group.Path)).Expect(204);
                (await run.Find("/Groups", $"displayName eq \"{group.Name}\"")).Expect(200).Count("Resources", 0);
            }
        ),
        GroupTest(
            number: 11,
            test: "Group_Update_Add_Member_Test",
            id: "gallery.group.add-member",
            title: "A member is added by a cycle",
            needs: Needs.Patch,
            steps: async run =>
            {
                var (user, group) = (await run.CreateUser(), await run.CreateGroup());
                (await run.Get(group.Path + "?excludedAttributes=members")).Expect(200);
                (await run.Patch(group, $$"""{"op":"Add","path":"members","value":[{"value":"{{user.Id}}"}]}""")).Expect(200, 204);
                await run.ExpectMembers(group, user);
            }
        ),
        GroupTest(
            number: 12,
            test: "Group_Update_Remove_Member_Test",
            id: "gallery.group.remove-member",
            title: "A member is removed by a cycle, and the other stays",
            needs: Needs.Patch,
            steps: async run =>
            {
                var users = await run.CreateUsers(2);
                var group = await run.CreateGroup(users);
                (await run.Get(group.Path + "?excludedAttributes=members")).Expect(200);
                (await run.Patch(group, $$"""{"op":"Remove","path":"members","value":[{"value":"{{users[0].Id}}"}]}""")).Expect(200, 204);
                await run.ExpectMembers(group, users[1]);
            }
        ),
        GroupTest(
            number: 13,
            test: "POD_Group_Test",
            id: "gallery.group.on-demand",
            title: "A group is provisioned on demand and found by the harness",
            needs: Needs.Filter | Needs.Patch,
            steps: OnDemand.OnDemandChecks.NewGroup
        ),
        GroupTest(
            number: 14,
            test: "Restore_Group_Test",
            id: "gallery.group.restore",
            title: "A group that is unassigned and assigned again is back",
            severity: Should,
            needs: Needs.Filter,
            steps: async run =>
            {
                var group = await run.CreateGroup();
                (await run.Delete(group.Path)).Expect(204);
                (await run.Post("/Groups", run.GroupJson($$"""{"displayName":"{{group.Name}}","members":[]}"""))).Success().Has("id");
                (await run.Find("/Groups", $"displayName eq \"{group.Name}\"")).Expect(200).Count("Resources", 1);
            }
        ),
    ];

    static Check GroupTest(
        int number,
        string test,
        string id,
        string title,
        Func<CheckRun, Task> steps,
        Needs needs = Needs.Nothing,
        Severity severity = Must
    ) =>
        GalleryUserChecks.HarnessTest(
            number: number,
            test: test,
            id: id,
            title: title,
            severity: severity,
            needs: needs | Needs.Groups,
            steps: steps
        );
}
