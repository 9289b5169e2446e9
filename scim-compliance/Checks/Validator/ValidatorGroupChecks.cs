using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Validator;

/// <summary>The tests of the SCIM Validator on groups: 12 mandatory, 3 in preview.</summary>
static class ValidatorGroupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        GroupTest(
            test: "Get group by id excluding members",
            id: "validator.get-group",
            title: "A group is read without its members",
            steps: async run =>
            {
                var group = await run.CreateGroup(await run.CreateUser());
                (await run.Get(group.Path + "?excludedAttributes=members")).Expect(200).Is("displayName", group.Name).Lacks("members");
            }
        ),
        GroupTest(
            test: "Filter for existing group excluding members",
            id: "validator.filter-group-excluding",
            title: "A group is found without its members",
            needs: Needs.Filter,
            steps: async run =>
            {
                var group = await run.CreateGroup(await run.CreateUser());
                var found = await run.Find("/Groups", $"displayName eq \"{group.Name}\"", "excludedAttributes=members");
                found.Expect(200).Count("Resources", 1).Is("Resources[0].id", group.Id).Lacks("Resources[0].members");
            }
        ),
        GroupTest(
            test: "Filter for an existing group",
            id: "validator.filter-group",
            title: "A group is found by displayName",
            needs: Needs.Filter,
            steps: run => Found(run, name => name)
        ),
        GroupTest(
            test: "Filter for a non-existing group",
            id: "validator.filter-group-none",
            title: "A displayName that no group has is answered 200 with an empty list",
            needs: Needs.Filter,
            steps: async run => (await run.Find("/Groups", $"displayName eq \"{run.NewName()}\"")).Expect(200).Count("Resources", 0)
        ),
        GroupTest(
            test: "Filter for existing group different case",
            id: "validator.filter-group-case",
            title: "A group is found by displayName in capital letters",
            needs: Needs.Filter,
            steps: run => Found(run, name => name.ToUpperInvariant())
        ),
        GroupTest(
            test: "Create a new Group",
            id: "validator.create-group",
            title: "A group with displayName and externalId is created",
            steps: async run =>
            {
                var body = Body(run);
                (await run.Post("/Groups", body)).Expect(201, 200).Has("id").Is("displayName", body["displayName"]!.DeepClone());
            }
        ),
        GroupTest(
            test: "Create a duplicate Group",
            id: "validator.duplicate-group",
            title: "The same group sent again is refused with 409",
            steps: async run =>
            {
                var body = Body(run);
                (await run.Post("/Groups", body)).RequireSuccess();
                (await run.Post("/Groups", body)).Expect(409);
            }
        ),
        GroupTest(
            test: "Patch Group - Replace Attributes",
            id: "validator.replace-attributes-group",
            title: "externalId of a group is replaced without a path",
            severity: Must,
            needs: Needs.Patch,
            attributes: ["Group:externalId"],
            steps: async run =>
            {
                var (group, externalId) = (await run.Create("/Groups", Body(run)), run.NewGuid());
                (await run.Patch(group, $$$"""{"op":"replace","value":{"externalId":"{{{externalId}}}"}}""")).Expect(200, 204);
                (await run.Read(group)).Is("externalId", externalId);
            }
        ),
        GroupTest(
            test: "Update Group displayName",
            id: "validator.update-group-name",
            title: "displayName of a group is replaced without a path",
            needs: Needs.Patch,
            steps: async run =>
            {
                var (group, name) = (await run.Create("/Groups", Body(run)), run.NewName());
                (await run.Patch(group, $$$"""{"op":"replace","value":{"displayName":"{{{name}}}"}}""")).Expect(200, 204);
                (await run.Read(group)).Is("displayName", name);
            }
        ),
        GroupTest(
            test: "Patch Group - Add Member",
            id: "validator.add-member",
            title: "A replace of members adds the member",
            needs: Needs.Patch,
            steps: async run =>
            {
                var (group, user) = (await run.Create("/Groups", Body(run)), await run.CreateUser());
                (await run.Patch(group, $$"""{"op":"replace","path":"members","value":[{"value":"{{user.Id}}"}]}""")).Expect(200, 204);
                await run.ExpectMembers(group, user);
            }
        ),
        GroupTest(
            test: "Patch Group - Remove Member",
            id: "validator.remove-member",
            title: "One of two members is removed with a filter in the path",
            needs: Needs.Patch,
            steps: async run =>
            {
                var users = await run.CreateUsers(2);
                var group = await run.CreateGroup(users);
                (await run.Patch(group, $$"""{"op":"remove","path":"members[value eq \"{{users[0].Id}}\"]"}""")).Expect(200, 204);
                await run.ExpectMembers(group, users[1]);
            }
        ),
        GroupTest(
            test: "Delete a Group",
            id: "validator.delete-group",
            title: "A group is deleted, and then answered 404",
            steps: async run =>
            {
                var group = await run.Create("/Groups", Body(run));
                (await run.Delete(group.Path)).Expect(204);
                (await run.Get(group.Path)).Expect(404);
            }
        ),
        GroupTest(
            test: "Patch Group - Multiple Operations on same attribute",
            id: "validator.preview.same-attribute-group",
            title: "One request adds a member and removes the same",
            severity: Should,
            needs: Needs.Patch,
            steps: async run =>
            {
                var (group, user) = (await run.Create("/Groups", Body(run)), await run.CreateUser());
                (
                    await run.Patch(
                        group,
                        $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""",
                        $$"""{"op":"remove","path":"members[value eq \"{{user.Id}}\"]"}"""
                    )
                ).Expect(200, 204);
                await run.ExpectMembers(group);
            }
        ),
        GroupTest(
            test: "Delete a non-existent Group",
            id: "validator.preview.delete-unknown-group",
            title: "Deleting a group that is not there is answered 404",
            severity: Should,
            steps: async run => (await run.Delete("/Groups/" + run.NewGuid())).Expect(404)
        ),
        GroupTest(
            test: "Delete the same Group twice",
            id: "validator.preview.delete-group-twice",
            title: "Deleting a group twice is answered 204, then 404",
            severity: Should,
            steps: async run =>
            {
                var group = await run.CreateGroup();
                (await run.Delete(group.Path)).RequireSuccess();
                (await run.Delete(group.Path)).Expect(404);
            }
        ),
    ];

    static Check GroupTest(
        string id,
        string test,
        string title,
        Func<CheckRun, Task> steps,
        Needs needs = Needs.Nothing,
        Severity severity = Must,
        params string[] attributes
    ) =>
        ValidatorUserChecks.ValidatorTest(
            test: test,
            id: id,
            title: title,
            severity: severity,
            needs: needs | Needs.Groups,
            attributes: attributes,
            steps: steps
        );

    static System.Text.Json.Nodes.JsonObject Body(CheckRun run) => run.GroupJson($$"""{"externalId":"{{run.NewGuid()}}"}""");

    static async Task Found(CheckRun run, Func<string, string> asked)
    {
        var group = await run.Create("/Groups", Body(run));
        (await run.Find("/Groups", $"displayName eq \"{asked(group.Name)}\""))
            .Expect(200)
            .Count("Resources", 1)
            .Is("Resources[0].id", group.Id);
    }
}
