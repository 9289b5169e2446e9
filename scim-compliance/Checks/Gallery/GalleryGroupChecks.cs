using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Gallery;

/// <summary>Tests 8 to 14 of the App gallery harness: the life of a group, as requests of the provisioning service.</summary>
static class GalleryGroupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Of(
            8,
            "Create_Group_Test",
            "group.create",
            "A group is created by a cycle and found by the harness",
            async t =>
            {
                var body = t.GroupJson("""{"members":[]}""");
                var filter = $"displayName eq \"{body["displayName"].Text()}\"";
                (await t.Find("/Groups", filter, "excludedAttributes=members")).Expect(200).Count("Resources", 0);
                (await t.Post("/Groups", body)).Success().Has("id");
                (await t.Find("/Groups", filter))
                    .Expect(200)
                    .Count("Resources", 1)
                    .Is("Resources[0].displayName", body["displayName"]!.DeepClone());
            },
            Needs.Filter
        ),
        Of(
            9,
            "Update_Group_Test",
            "group.update",
            "A renamed group is found by the harness under its new name",
            async t =>
            {
                var (group, name) = (await t.Group(), t.NewName());
                (await t.Patch(group, $$"""{"op":"Replace","path":"displayName","value":"{{name}}"}""")).Expect(200, 204);
                (await t.Find("/Groups", $"displayName eq \"{name}\"")).Expect(200).Count("Resources", 1).Is("Resources[0].id", group.Id);
            },
            Needs.Filter | Needs.Patch
        ),
        Of(
            10,
            "Delete_Group_Test",
            "group.delete",
            "A group that is deleted in Entra is gone",
            async t =>
            {
                var group = await t.Group();
                (await t.Delete(group.Path)).Expect(204);
                (await t.Find("/Groups", $"displayName eq \"{group.Name}\"")).Expect(200).Count("Resources", 0);
            },
            Needs.Filter,
            Should
        ),
        Of(
            11,
            "Group_Update_Add_Member_Test",
            "group.add-member",
            "A member is added by a cycle",
            async t =>
            {
                var (user, group) = (await t.User(), await t.Group());
                (await t.Get(group.Path + "?excludedAttributes=members")).Expect(200);
                (await t.Patch(group, $$"""{"op":"Add","path":"members","value":[{"value":"{{user.Id}}"}]}""")).Expect(200, 204);
                await t.Holds(group, user);
            },
            Needs.Patch
        ),
        Of(
            12,
            "Group_Update_Remove_Member_Test",
            "group.remove-member",
            "A member is removed by a cycle, and the other stays",
            async t =>
            {
                var users = await t.Users(2);
                var group = await t.Group(users);
                (await t.Get(group.Path + "?excludedAttributes=members")).Expect(200);
                (await t.Patch(group, $$"""{"op":"Remove","path":"members","value":[{"value":"{{users[0].Id}}"}]}""")).Expect(200, 204);
                await t.Holds(group, users[1]);
            },
            Needs.Patch
        ),
        Of(
            13,
            "POD_Group_Test",
            "group.on-demand",
            "A group is provisioned on demand and found by the harness",
            OnDemand.OnDemandChecks.NewGroup,
            Needs.Filter | Needs.Patch
        ),
        Of(
            14,
            "Restore_Group_Test",
            "group.restore",
            "A group that is unassigned and assigned again is back",
            async t =>
            {
                var group = await t.Group();
                (await t.Delete(group.Path)).Expect(204);
                (await t.Post("/Groups", t.GroupJson($$"""{"displayName":"{{group.Name}}","members":[]}"""))).Success().Has("id");
                (await t.Find("/Groups", $"displayName eq \"{group.Name}\"")).Expect(200).Count("Resources", 1);
            },
            Needs.Filter,
            Should
        ),
    ];

    static Check Of(
        int number,
        string test,
        string id,
        string title,
        Func<Trial, Task> run,
        Needs needs = Needs.Nothing,
        Severity severity = Must
    ) => GalleryUserChecks.Of(number, test, id, title, run, needs | Needs.Groups, severity);
}
