using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Gallery.GalleryUserChecks;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Gallery;

/// <summary>
/// Tests 15 to 20 and 23 to 25 of the App gallery harness: the requests that the harness sends directly, without the provisioning service.
/// </summary>
static partial class GalleryDirectChecks
{
    const string Enterprise = SchemaUrn.EnterpriseUser + ":";

    /// <summary>Optional attributes of the default mapping.</summary>
    static readonly string[] Mapped =
    [
        "displayName",
        "title",
        "preferredLanguage",
        "name.givenName",
        "name.familyName",
        "name.formatted",
        "nickName",
        "userType",
        Enterprise + "employeeNumber",
        Enterprise + "department",
        "emails[type eq \"work\"].value",
        "phoneNumbers[type eq \"mobile\"].value",
        "addresses[type eq \"work\"].locality",
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        HarnessTest(
            number: 16,
            test: "SCIM_Null_Update_Test",
            id: "gallery.direct.nulls",
            title: "Attributes that are replaced by an empty string, and then by null, are unassigned",
            needs: Needs.Patch,
            steps: async run =>
            {
                var paths = Optional(run);
                var user = await run.CreateUser();
                (await run.Patch(user, Operations("add", paths, path => Sample(path, 1)))).RequireSuccess();
                (await run.Patch(user, Operations("replace", paths, _ => ""))).Expect(200, 204);
                var empty = await run.Read(user);
                foreach (var path in paths)
                    empty.Lacks(path);
                (await run.Patch(user, Operations("replace", paths, _ => null))).Expect(200, 204);
                var none = await run.Read(user);
                foreach (var path in paths)
                    none.Is(path, null);
            }
        ),
        HarnessTest(
            number: 17,
            test: "SCIM_User_Create_Test",
            id: "gallery.direct.user-create",
            title: "A user is created, with an id and the userName that was sent",
            steps: async run =>
            {
                var body = run.UserJson();
                (await run.Post("/Users", body)).Expect(200, 201).Has("id").Is("userName", body["userName"]!.DeepClone());
            }
        ),
        HarnessTest(
            number: 18,
            test: "SCIM_User_Update_Test",
            id: "gallery.direct.user-update",
            title: "Every value of a PATCH is read back as an equal string",
            needs: Needs.Patch,
            steps: async run =>
            {
                var paths = Optional(run).Where(path => !path.Contains('[', StringComparison.Ordinal)).ToArray();
                var user = await run.CreateUser();
                (await run.Patch(user, Operations("add", paths, path => Sample(path, 1)))).RequireSuccess();
                (await run.Patch(user, Operations("replace", paths, path => Sample(path, 2)))).Expect(200, 204);
                var after = await run.Read(user);
                foreach (var path in paths)
                    after.Is(path, Sample(path, 2));
            }
        ),
        HarnessTest(
            number: 19,
            test: "SCIM_Group_Create_Test",
            id: "gallery.direct.group-create",
            title: "A group is created, with an id and the displayName that was sent",
            needs: Needs.Groups,
            steps: async run =>
            {
                var body = run.GroupJson();
                (await run.Post("/Groups", body)).Expect(200, 201).Has("id").Is("displayName", body["displayName"]!.DeepClone());
            }
        ),
        HarnessTest(
            number: 20,
            test: "SCIM_Group_Update_Test",
            id: "gallery.direct.group-update",
            title: "Every value of a PATCH of a group is read back as an equal string",
            needs: Needs.Groups | Needs.Patch,
            steps: async run =>
            {
                var (group, name) = (await run.CreateGroup(), run.NewName());
                (await run.Patch(group, $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""")).Expect(200, 204);
                (await run.Read(group)).Is("displayName", name);
            }
        ),
        HarnessTest(
            number: 23,
            test: "SCIM_User_Pagination_Test",
            id: "gallery.direct.user-pages",
            title: "Pages of five users are answered with the startIndex that was asked for",
            needs: Needs.IndexPaging,
            steps: async run =>
            {
                await run.CreateUsers(11);
                await Pages(run, "/Users");
            }
        ),
        HarnessTest(
            number: 24,
            test: "SCIM_Group_Pagination_Test",
            id: "gallery.direct.group-pages",
            title: "Pages of five groups are answered with the startIndex that was asked for",
            severity: Should,
            needs: Needs.IndexPaging | Needs.Groups,
            steps: async run =>
            {
                for (var made = 0; made < 11; made++)
                    await run.CreateGroup();
                await Pages(run, "/Groups");
            }
        ),
        HarnessTest(
            number: 25,
            test: "SCIM_Update_Manager_Test",
            id: "gallery.direct.manager",
            title: "A manager is set, changed, and removed by an empty string",
            severity: Must,
            needs: Needs.Patch | Needs.EnterpriseUser,
            attributes: ["EnterpriseUser:manager"],
            steps: async run =>
            {
                var (users, path) = (await run.CreateUsers(3), Enterprise + "manager");
                (await run.Patch(users[0], $$"""{"op":"Add","path":"{{path}}","value":"{{users[1].Id}}"}""")).Expect(200, 204);
                (await run.Read(users[0])).Is(path + ".value", users[1].Id);
                (await run.Patch(users[0], $$"""{"op":"replace","path":"{{path}}","value":"{{users[2].Id}}"}""")).Expect(200, 204);
                (await run.Read(users[0])).Is(path + ".value", users[2].Id);
                (await run.Patch(users[0], $$"""{"op":"replace","path":"{{path}}","value":""}""")).Expect(200, 204);
                (await run.Read(users[0])).Lacks(path + ".value");
            }
        ),
    ];

    /// <summary>Whether <c>/Schemas</c> lists the attribute of a PATCH path.</summary>
    public static bool Offered(CheckRun run, string path) =>
        path.StartsWith(Enterprise, StringComparison.Ordinal)
            ? run.Target.Capabilities.Offers(Needs.EnterpriseUser)
                && run.Target.Capabilities.Has("EnterpriseUser:" + path[Enterprise.Length..])
            : run.Target.Capabilities.Has("User:" + Bracket().Replace(path, ""));

    static string[] Optional(CheckRun run)
    {
        var required = run
            .Target.Capabilities.Schemas.SelectMany(schema => schema["attributes"].Items().OfType<JsonObject>())
            .Where(attribute => attribute["required"].Text() is "true")
            .Select(attribute => attribute["name"].Text())
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] paths = [.. Mapped.Where(path => Offered(run, path) && !required.Contains(path.Split(':')[^1].Split('.', '[')[0]))];
        return paths is [] ? throw new NotOffered("/Schemas lists no optional attribute of the default mapping") : paths;
    }

    static string[] Operations(string op, string[] paths, Func<string, string?> value) =>
        [
            .. paths.Select(path =>
                new JsonObject
                {
                    ["op"] = op,
                    ["path"] = path,
                    ["value"] = value(path),
                }.ToJsonString()
            ),
        ];

    // A server may validate addresses, numbers and languages.
    static string Sample(string path, int number) =>
        path.Split('[')[0] switch
        {
            "emails" => $"value{number}@example.com",
            "phoneNumbers" => $"+1 425 555 010{number}",
            "preferredLanguage" => number is 1 ? "en-US" : "de-DE",
            _ => $"Value {number}",
        };

    static async Task Pages(CheckRun run, string collection)
    {
        foreach (var start in (int[])[1, 6, 11])
        {
            var page = (await run.Get($"{collection}?startIndex={start}&count=5")).Expect(200).Is("startIndex", start);
            page.That(page.Resources.Count is > 0 and <= 5, "one to five resources", $"{page.Resources.Count}");
        }
    }

    [GeneratedRegex("""\[[^\]]*\]""")]
    private static partial Regex Bracket();
}
