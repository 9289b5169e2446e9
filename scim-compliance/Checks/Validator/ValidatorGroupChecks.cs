using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Validator;

/// <summary>The tests of the SCIM Validator on groups: 12 mandatory, 3 in preview.</summary>
static class ValidatorGroupChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Of(
            "get-group",
            "Get group by id excluding members",
            "A group is read without its members",
            async t =>
            {
                var group = await t.Group(await t.User());
                (await t.Get(group.Path + "?excludedAttributes=members")).Expect(200).Is("displayName", group.Name).Lacks("members");
            }
        ),
        Of(
            "filter-group-excluding",
            "Filter for existing group excluding members",
            "A group is found without its members",
            async t =>
            {
                var group = await t.Group(await t.User());
                var found = await t.Find("/Groups", $"displayName eq \"{group.Name}\"", "excludedAttributes=members");
                found.Expect(200).Count("Resources", 1).Is("Resources[0].id", group.Id).Lacks("Resources[0].members");
            },
            Needs.Filter
        ),
        Of("filter-group", "Filter for an existing group", "A group is found by displayName", t => Found(t, name => name), Needs.Filter),
        Of(
            "filter-group-none",
            "Filter for a non-existing group",
            "A displayName that no group has is answered 200 with an empty list",
            async t => (await t.Find("/Groups", $"displayName eq \"{t.NewName()}\"")).Expect(200).Count("Resources", 0),
            Needs.Filter
        ),
        Of(
            "filter-group-case",
            "Filter for existing group different case",
            "A group is found by displayName in capital letters",
            t => Found(t, name => name.ToUpperInvariant()),
            Needs.Filter
        ),
        Of(
            "create-group",
            "Create a new Group",
            "A group with displayName and externalId is created",
            async t =>
            {
                var body = Body(t);
                (await t.Post("/Groups", body)).Expect(201, 200).Has("id").Is("displayName", body["displayName"]!.DeepClone());
            }
        ),
        Of(
            "duplicate-group",
            "Create a duplicate Group",
            "The same group sent again is refused with 409",
            async t =>
            {
                var body = Body(t);
                (await t.Post("/Groups", body)).Prepared();
                (await t.Post("/Groups", body)).Expect(409);
            }
        ),
        Of(
            "replace-attributes-group",
            "Patch Group - Replace Attributes",
            "externalId of a group is replaced without a path",
            async t =>
            {
                var (group, externalId) = (await t.Make("/Groups", Body(t)), t.NewGuid());
                (await t.Patch(group, $$$"""{"op":"replace","value":{"externalId":"{{{externalId}}}"}}""")).Expect(200, 204);
                (await t.Read(group)).Is("externalId", externalId);
            },
            Needs.Patch,
            Must,
            "Group:externalId"
        ),
        Of(
            "update-group-name",
            "Update Group displayName",
            "displayName of a group is replaced without a path",
            async t =>
            {
                var (group, name) = (await t.Make("/Groups", Body(t)), t.NewName());
                (await t.Patch(group, $$$"""{"op":"replace","value":{"displayName":"{{{name}}}"}}""")).Expect(200, 204);
                (await t.Read(group)).Is("displayName", name);
            },
            Needs.Patch
        ),
        Of(
            "add-member",
            "Patch Group - Add Member",
            "A member comes in by a replace of members",
            async t =>
            {
                var (group, user) = (await t.Make("/Groups", Body(t)), await t.User());
                (await t.Patch(group, $$"""{"op":"replace","path":"members","value":[{"value":"{{user.Id}}"}]}""")).Expect(200, 204);
                await t.Holds(group, user);
            },
            Needs.Patch
        ),
        Of(
            "remove-member",
            "Patch Group - Remove Member",
            "One of two members is removed with a filter in the path",
            async t =>
            {
                var users = await t.Users(2);
                var group = await t.Group(users);
                (await t.Patch(group, $$"""{"op":"remove","path":"members[value eq \"{{users[0].Id}}\"]"}""")).Expect(200, 204);
                await t.Holds(group, users[1]);
            },
            Needs.Patch
        ),
        Of(
            "delete-group",
            "Delete a Group",
            "A group is deleted, and then answered 404",
            async t =>
            {
                var group = await t.Make("/Groups", Body(t));
                (await t.Delete(group.Path)).Expect(204);
                (await t.Get(group.Path)).Expect(404);
            }
        ),
        Of(
            "preview.same-attribute-group",
            "Patch Group - Multiple Operations on same attribute",
            "One request adds a member and removes the same",
            async t =>
            {
                var (group, user) = (await t.Make("/Groups", Body(t)), await t.User());
                (
                    await t.Patch(
                        group,
                        $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""",
                        $$"""{"op":"remove","path":"members[value eq \"{{user.Id}}\"]"}"""
                    )
                ).Expect(200, 204);
                await t.Holds(group);
            },
            Needs.Patch,
            Should
        ),
        Of(
            "preview.delete-unknown-group",
            "Delete a non-existent Group",
            "Deleting a group that is not there is answered 404",
            async t => (await t.Delete("/Groups/" + t.NewGuid())).Expect(404),
            Needs.Nothing,
            Should
        ),
        Of(
            "preview.delete-group-twice",
            "Delete the same Group twice",
            "Deleting a group twice is answered 204, then 404",
            async t =>
            {
                var group = await t.Group();
                (await t.Delete(group.Path)).Prepared();
                (await t.Delete(group.Path)).Expect(404);
            },
            Needs.Nothing,
            Should
        ),
    ];

    static Check Of(
        string id,
        string test,
        string title,
        Func<Trial, Task> run,
        Needs needs = Needs.Nothing,
        Severity severity = Must,
        params string[] attributes
    ) => ValidatorUserChecks.Of(id, test, title, run, needs | Needs.Groups, severity, attributes);

    static System.Text.Json.Nodes.JsonObject Body(Trial t) => t.GroupJson($$"""{"externalId":"{{t.NewGuid()}}"}""");

    static async Task Found(Trial t, Func<string, string> asked)
    {
        var group = await t.Make("/Groups", Body(t));
        (await t.Find("/Groups", $"displayName eq \"{asked(group.Name)}\""))
            .Expect(200)
            .Count("Resources", 1)
            .Is("Resources[0].id", group.Id);
    }
}
