using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Checks.Validator;

/// <summary>
/// The made-up person of the SCIM Validator: 36 attributes with a first and a second value, as in its stored requests. What a server does
/// not list in <c>/Schemas</c> the Validator does not send.
/// </summary>
static partial class VerboseUser
{
    const string Extension = SchemaUrn.EnterpriseUser + ":";

    static readonly (string Path, string First, string Second)[] Attributes =
    [
        ("emails[type eq \"work\"].value", "\"NAME-1@murphy.example\"", "\"NAME-2@hammes.example\""),
        ("emails[type eq \"work\"].primary", "true", "true"),
        ("addresses[type eq \"work\"].formatted", "\"ZQEHBLETAAQE\"", "\"VFPRNMVLQPFG\""),
        ("addresses[type eq \"work\"].streetAddress", "\"25928 Katlyn Row\"", "\"116 Towne Summit\""),
        ("addresses[type eq \"work\"].locality", "\"YRAKBQCGOHZF\"", "\"UQSMOIYPGKQI\""),
        ("addresses[type eq \"work\"].region", "\"XCCVLAIDMQYR\"", "\"RGSFCPWGLJRP\""),
        ("addresses[type eq \"work\"].postalCode", "\"cx47 4mz\"", "\"wp2 3oc\""),
        ("addresses[type eq \"work\"].primary", "true", "true"),
        ("addresses[type eq \"work\"].country", "\"Sierra Leone\"", "\"Namibia\""),
        ("phoneNumbers[type eq \"work\"].value", "\"10-040-1308\"", "\"33-749-9990\""),
        ("phoneNumbers[type eq \"work\"].primary", "true", "true"),
        ("phoneNumbers[type eq \"mobile\"].value", "\"10-040-1308\"", "\"33-749-9990\""),
        ("phoneNumbers[type eq \"fax\"].value", "\"10-040-1308\"", "\"33-749-9990\""),
        ("roles[primary eq \"True\"].display", "\"MRONYWGFFHXQ\"", "\"WMIIFOEBBTKE\""),
        ("roles[primary eq \"True\"].value", "\"WDEIISGWWQBE\"", "\"JVQBTZOTYYVB\""),
        ("roles[primary eq \"True\"].type", "\"XVTUOHMYUFRL\"", "\"BHOZLXUVBKAG\""),
        ("active", "true", "true"),
        ("displayName", "\"NDSQQTECVAAC\"", "\"QWUNAMCBRHTB\""),
        ("title", "\"CJSGUNOAAMMQ\"", "\"GWJZNRYZYFWD\""),
        ("preferredLanguage", "\"hi\"", "\"dsb-DE\""),
        ("name.givenName", "\"Elfrieda\"", "\"Janessa\""),
        ("name.familyName", "\"Urban\"", "\"Eloy\""),
        ("name.formatted", "\"Myah\"", "\"Petra\""),
        ("name.middleName", "\"Cindy\"", "\"Amanda\""),
        ("name.honorificPrefix", "\"Minerva\"", "\"Cheyenne\""),
        ("name.honorificSuffix", "\"Micaela\"", "\"Loren\""),
        (Extension + "employeeNumber", "\"OXYYEGWVLTGW\"", "\"PQFWQUWGUFQK\""),
        (Extension + "department", "\"ZYWTBPDFHIIP\"", "\"ERQODAWELTIZ\""),
        (Extension + "costCenter", "\"ASHTVSKANCGL\"", "\"LTQKRXTPYGIA\""),
        (Extension + "organization", "\"DPQRRHJMBXZE\"", "\"TLHYWCPUMAVI\""),
        (Extension + "division", "\"WXNFEJQDRAVI\"", "\"XOHRCGTBDZFH\""),
        ("userType", "\"GZILLRZCFPNC\"", "\"KFZAEDZCBHLI\""),
        ("nickName", "\"FOGSIQTKHIPG\"", "\"XELTCHWSZKDN\""),
        ("locale", "\"RJWNTUNNOHNZ\"", "\"KDEDZZBGRAOB\""),
        ("timezone", "\"America/Guayaquil\"", "\"America/Belize\""),
        ("profileUrl", "\"BAPNQLJSRQGD\"", "\"EEASFOPRMBDT\""),
    ];

    /// <summary>A user with every first value, <c>roles[].primary</c> as the string "True".</summary>
    public static JsonObject Json(CheckRun run)
    {
        var body = run.UserJson();
        foreach (var (path, value) in Values(run, body["userName"].Text(), second: false))
            Put(body, path, JsonNode.Parse(value)!);
        if (body["roles"] is JsonArray { Count: 1 } roles)
            roles[0]!["primary"] = "True";
        if (body[SchemaUrn.EnterpriseUser] is not null)
            body["schemas"] = new JsonArray(SchemaUrn.User, SchemaUrn.EnterpriseUser);
        return body;
    }

    /// <summary>One operation for each attribute, with its second value.</summary>
    public static string[] Operations(CheckRun run, string op, string name) =>
        [
            .. Values(run, name, second: true)
                .Select(row =>
                    new JsonObject
                    {
                        ["op"] = op,
                        ["path"] = row.Path,
                        ["value"] = JsonNode.Parse(row.Value),
                    }.ToJsonString()
                ),
        ];

    /// <summary>Expects every value, first or second, exactly as it was sent.</summary>
    public static void Expect(CheckRun run, Reply reply, string name, bool second)
    {
        foreach (var (path, value) in Values(run, name, second))
            reply.Is(path, JsonNode.Parse(value));
    }

    static IEnumerable<(string Path, string Value)> Values(CheckRun run, string name, bool second) =>
        Attributes
            .Where(row => Sent(run.Target.Capabilities, row.Path))
            .Select(row => (row.Path, (second ? row.Second : row.First).Replace("NAME", name.Split('@')[0], StringComparison.Ordinal)));

    static bool Sent(Capabilities server, string path) =>
        path.StartsWith(Extension, StringComparison.Ordinal)
            ? server.Offers(Needs.EnterpriseUser) && server.Has("EnterpriseUser:" + path[Extension.Length..])
            : server.Has("User:" + Bracket().Replace(path, ""));

    static void Put(JsonObject body, string path, JsonNode value)
    {
        if (path.StartsWith(Extension, StringComparison.Ordinal))
        {
            (body, path) = (Child(body, SchemaUrn.EnterpriseUser), path[Extension.Length..]);
        }
        else if (Element().Match(path) is { Success: true } match)
        {
            var list = body[match.Groups["list"].Value] as JsonArray;
            if (list is null)
                body[match.Groups["list"].Value] = list = [];
            var (sub, literal) = (match.Groups["sub"].Value, match.Groups["literal"].Value);
            if (list.OfType<JsonObject>().FirstOrDefault(element => element[sub].Text() == literal) is not { } found)
                list.Add(found = new() { [sub] = literal });
            (body, path) = (found, match.Groups["leaf"].Value);
        }
        else if (path.Split('.') is [var parent, var leaf])
            (body, path) = (Child(body, parent), leaf);
        body[path] = value;
    }

    static JsonObject Child(JsonObject body, string name)
    {
        if (body[name] is not JsonObject child)
            body[name] = child = [];
        return child;
    }

    [GeneratedRegex("""\[[^\]]*\]""")]
    private static partial Regex Bracket();

    [GeneratedRegex("""^(?<list>\w+)\[(?<sub>\w+) eq "(?<literal>\w+)"\]\.(?<leaf>\w+)$""")]
    private static partial Regex Element();
}
