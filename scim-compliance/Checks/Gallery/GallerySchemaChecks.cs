using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Checks.Gallery;

/// <summary>
/// Test 15 of the App gallery harness, which turns <c>/Schemas</c> into names of attributes and looks for those that the app maps.
/// </summary>
static class GallerySchemaChecks
{
    static readonly string[] OfUsers = ["userName", "active", "externalId"];
    static readonly string[] OfGroups = ["displayName", "externalId", "members"];

    public static IReadOnlyList<Check> All { get; } =
    [
        GalleryUserChecks.HarnessTest(
            number: 15,
            test: "Schema_Discoverability_Test",
            id: "gallery.direct.schemas",
            title: "The attributes that every app maps are found in /Schemas",
            steps: async run =>
            {
                var reply = (await run.Get("/Schemas")).Expect(200).Has("Resources");
                Find(reply, SchemaUrn.User, OfUsers);
                if (run.Target.Capabilities.Offers(Needs.Groups))
                    Find(reply, SchemaUrn.Group, OfGroups);
            }
        ),
        GalleryUserChecks.HarnessTest(
            number: 15,
            test: "Schema_Discoverability_Test",
            id: "gallery.direct.schemas-email",
            title: "The work e-mail is found in /Schemas under the name that Entra maps",
            attributes: "User:emails",
            steps: async run => Find((await run.Get("/Schemas")).Expect(200), SchemaUrn.User, ["emails[type eq \"work\"].value"])
        ) with
        {
            Why =
                "Without canonicalValues the harness calls the e-mail 'emails[primary eq \"True\"].value', which no app maps, "
                + "and reports it as missing.",
            Change =
                "List canonicalValues of the sub-attribute type of emails, phoneNumbers and addresses: work, home, other, mobile, fax.",
        },
    ];

    static void Find(Reply reply, string urn, string[] wanted)
    {
        var schema = reply.Resources.FirstOrDefault(schema => schema.At("id").Text().Equals(urn, StringComparison.OrdinalIgnoreCase));
        var names = schema.At("attributes").Items().OfType<JsonObject>().SelectMany(Flat).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] missing = [.. wanted.Where(name => !names.Contains(name))];
        if (missing is not [])
            throw new CheckFailed(
                $"{urn} lists {string.Join(", ", wanted)}",
                schema is null ? "there is no such schema" : $"{string.Join(", ", missing)} cannot be found"
            );
    }

    // The rules of the harness, from SCIMTests_Workflow.json; 'members' is taken by its bare name.
    static IEnumerable<string> Flat(JsonObject attribute)
    {
        var (name, subs) = (attribute["name"].Text(), attribute["subAttributes"].Items().OfType<JsonObject>().ToList());
        var leaves = subs.Select(sub => sub["name"].Text());
        if (attribute["type"].Text() is "reference")
            return [];
        if (name is "members" || attribute["type"].Text() is not "complex")
            return [name];
        if (attribute["multiValued"].Text() is not "true")
            return leaves.Select(leaf => $"{name}.{leaf}");
        var types =
            subs.FirstOrDefault(sub => sub["name"].Text() is "type")?["canonicalValues"].Items().Select(type => type.Text()).ToList() ?? [];
        return types is []
            ? leaves.Select(leaf => $"{name}[primary eq \"True\"].{leaf}")
            : types.SelectMany(type =>
                leaves.Where(leaf => leaf is not ("type" or "primary")).Select(leaf => $"{name}[type eq \"{type}\"].{leaf}")
            );
    }
}
