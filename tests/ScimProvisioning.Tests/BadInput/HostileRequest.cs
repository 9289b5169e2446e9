using System.Text;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>A random request: partly as clients send it, partly broken.</summary>
sealed record HostileRequest(string Method, string Path, byte[]? Body, string? MediaType, (string Name, string Value)[] Headers)
{
    static readonly string[] Methods =
    [
        "GET",
        "GET",
        "GET",
        "POST",
        "POST",
        "PUT",
        "PATCH",
        "PATCH",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "BREW",
    ];
    static readonly string[] Collections =
    [
        "/Users",
        "/Groups",
        "/users",
        "/Bulk",
        "/.search",
        "/Users/.search",
        "/Me",
        "/Schemas",
        "/ResourceTypes",
        "/ServiceProviderConfig",
        "/Nonsense",
        "",
        "//",
        "/Users/../Groups",
        "/%2e%2e",
    ];
    static readonly string[] Words =
    [
        "userName",
        "emails",
        "emails.value",
        "emails[type eq \"work\"].value",
        "name.familyName",
        "active",
        "meta.lastModified",
        "members",
        "groups.value",
        "id",
        "schemas",
        "password",
        "roles",
        "x509Certificates.value",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "urn:acme:Badge:level",
        "urn:",
        "nonsense",
        "eq",
        "ne",
        "co",
        "sw",
        "gt",
        "le",
        "pr",
        "and",
        "or",
        "not",
        "not (",
        "(",
        ")",
        "[",
        "]",
        ".",
        ":",
        "\"",
        "\"a\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "true",
        "null",
        "1e400",
        "-0",
        "99999999999999999999999999999999",
        "\"2026-01-01T00:00:00Z\"",
        "2026",
        "'; DROP TABLE resources; --",
        "$1",
        "%",
        "_",
        "\\",
        "ß",
        "İ",
        "😀",
        "\uffff",
        " ",
    ];
    static readonly string[] Values =
    [
        "null",
        "true",
        "\"True\"",
        "1",
        "-1.50",
        "1e9999",
        "\"\"",
        "\"x\"",
        "\"\\u0000\"",
        "\"\\udc00\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[{}]",
        "{\"value\":\"x\"}",
        "[{\"value\":\"x\",\"primary\":true},{\"value\":\"y\",\"primary\":\"true\"}]",
        "{\"a\":{\"a\":{\"a\":1}}}",
        "[1,\"a\",{\"b\":[]}]",
        "\"bulkId:a\"",
        "\"2026-01-01T00:00:00Z\"",
        "{\"value\":{\"value\":1}}",
        "[{\"value\":[1]}]",
    ];
    static readonly string[] Names =
    [
        "userName",
        "displayName",
        "emails",
        "name",
        "active",
        "members",
        "schemas",
        "id",
        "meta",
        "groups",
        "externalId",
        "roles",
        "manager",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:acme:Badge",
        "USERNAME",
        "x",
        "",
        "Operations",
        "op",
        "path",
        "value",
        "method",
        "data",
        "bulkId",
        "failOnErrors",
        "filter",
        "sortBy",
        "sortOrder",
        "count",
        "startIndex",
        "cursor",
        "attributes",
        "excludedAttributes",
    ];
    static readonly string[] Parameters =
    [
        "filter",
        "sortBy",
        "sortOrder",
        "count",
        "startIndex",
        "cursor",
        "attributes",
        "excludedAttributes",
        "aadOptscim062020",
        "filter",
    ];
    static readonly string[] MediaTypes =
    [
        "application/scim+json",
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "application/json; charset=latin1",
        ";;;",
        "",
    ];

    public static HostileRequest Make(Random random, IReadOnlyList<string> ids)
    {
        var path = random.GetItems(Collections, 1)[0];
        if (random.Next(3) > 0)
            path = random.GetItems(
                ["/Users", "/Groups", "/Users/" + random.GetItems([.. ids], 1)[0], "/Groups/" + random.GetItems([.. ids], 1)[0]],
                1
            )[0];
        if (random.Next(2) == 0)
            path +=
                "?"
                + string.Join(
                    '&',
                    random
                        .GetItems(Parameters, random.Next(1, 4))
                        .Select(name => $"{name}={(random.Next(20) == 0 ? "%ff%c0" : Uri.EscapeDataString(RandomWords(random)))}")
                );
        var body =
            random.Next(4) == 0
                ? null
                : SometimesDamaged(random, Encoding.UTF8.GetBytes(random.Next(2) == 0 ? Message(random, ids) : Object(random, 4)));
        (string, string)[] headers =
            random.Next(4) > 0
                ? []
                :
                [
                    (
                        random.GetItems(["If-Match", "If-None-Match", "Accept", "X-Request-Id", "Prefer"], 1)[0],
                        random.GetItems(["*", "W/\"1\"", "\"1\"", "W/\"", "x, y", "text/html", new string('a', 5000)], 1)[0]
                    ),
                ];
        return new(random.GetItems(Methods, 1)[0], path, body, random.GetItems(MediaTypes, 1)[0], headers);
    }

    /// <summary>Words in any order, which often look like a filter or a path; sometimes a very long run of one character.</summary>
    static string RandomWords(Random random) =>
        random.Next(30) == 0
            ? new string(random.GetItems("([a\"".ToCharArray(), 1)[0], random.Next(1, 12_000))
            : string.Join(random.Next(5) == 0 ? "" : " ", random.GetItems(Words, random.Next(0, 12)));

    /// <summary>A message of the right shape with random content.</summary>
    static string Message(Random random, IReadOnlyList<string> ids) =>
        random.Next(4) switch
        {
            0 => $$"""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                 "Operations":[{{Several(random.Next(0, 4), _ => PatchOperation(random))}}]}
                """,
            1 => $$"""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":{{random.Next(-1, 3)}},
                 "Operations":[{{Several(random.Next(0, 5), i => BulkOperation(random, ids, (char)('a' + i)))}}]}
                """,
            2 => $$"""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                 "filter":{{Quoted(RandomWords(random))}},"sortBy":{{Quoted(random.GetItems(Words, 1)[0])}},
                 "count":{{random.Next(-2, 5)}},"cursor":{{Quoted(random.Next(2) == 0 ? "" : RandomWords(random))}}}
                """,
            _ => User(random),
        };

    static string PatchOperation(Random random)
    {
        var op = random.GetItems(["add", "Replace", "remove", "move"], 1)[0];
        return $$"""{"op":"{{op}}","path":{{Quoted(RandomWords(random))}},"value":{{Value(random, 2)}}}""";
    }

    static string BulkOperation(Random random, IReadOnlyList<string> ids, char bulkId)
    {
        var method = random.GetItems(["POST", "PUT", "patch", "DELETE", "GET"], 1)[0];
        string[] paths = ["/Users", "/Groups", "/Users/bulkId:a", "/Groups/" + random.GetItems([.. ids], 1)[0], "Users", "/Bulk"];
        return $$"""
            {"method":"{{method}}","bulkId":"{{bulkId}}","path":"{{random.GetItems(paths, 1)[0]}}","data":{{Object(random, 3)}}}
            """;
    }

    static string User(Random random)
    {
        var (name, displayName, members) = (random.Next(1_000_000), random.Next(1_000_000), Object(random, 3)[1..]);
        return $$"""{"userName":"fuzz{{name}}","displayName":"fuzz{{displayName}}",{{members}}""".Replace(
            ",}",
            "}",
            StringComparison.Ordinal
        );
    }

    static string Several(int count, Func<int, string> make) => string.Join(',', Enumerable.Range(0, count).Select(make));

    static string Object(Random random, int depth) =>
        $"{{{string.Join(',', random.GetItems(Names, random.Next(0, 5)).Select(name => $"{Quoted(name)}:{Value(random, depth - 1)}"))}}}";

    static string Value(Random random, int depth) =>
        depth <= 0 || random.Next(3) > 0 ? random.GetItems(Values, 1)[0]
        : random.Next(40) == 0 ? new string('[', 200) + new string(']', 200)
        : random.Next(2) == 0 ? Object(random, depth)
        : $"[{Object(random, depth)},{random.GetItems(Values, 1)[0]}]";

    static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text.Replace('\uffff', 'x'));

    /// <summary>The body as it is, cut off, with one bit flipped, with a byte order mark, or twice.</summary>
    static byte[] SometimesDamaged(Random random, byte[] body)
    {
        if (body.Length == 0 || random.Next(4) > 0)
            return body;
        switch (random.Next(4))
        {
            case 0:
                return body[..random.Next(body.Length)];
            case 1:
                body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                return body;
            case 2:
                return [0xEF, 0xBB, 0xBF, .. body];
            default:
                return [.. body, .. body];
        }
    }
}
