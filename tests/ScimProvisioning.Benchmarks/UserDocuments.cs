namespace ScimProvisioning.Benchmarks;

/// <summary>What Entra sends by its default mapping: some 700 bytes of a new user, and a change of one.</summary>
static class UserDocuments
{
    public static string UserName(string name) => $"{name}@contoso.example";

    public static string New(string name) =>
        $$"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"{{name}}","userName":"{{UserName(name)}}","active":true,"displayName":"Ada {{name}}","title":"Engineer","preferredLanguage":"en-GB","addresses":[{"type":"work","streetAddress":"1 Main St","locality":"London","postalCode":"W1","country":"GB","primary":false}],"emails":[{"primary":true,"type":"work","value":"{{UserName(name)}}"}],"meta":{"resourceType":"User"},"name":{"formatted":"Ada {{name}}","familyName":"{{name}}","givenName":"Ada"},"phoneNumbers":[{"type":"mobile","value":"+44 7700"}],"roles":[],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Research","employeeNumber":"701984"} }
        """;

    /// <summary>The verbose dialect, one operation per attribute; every value is new.</summary>
    public static string Change(string value) => Patch(
        $$"""
        {"op":"Replace","path":"displayName","value":"{{value}}"},{"op":"Replace","path":"emails[type eq \"work\"].value","value":"{{value}}@contoso.example"},{"op":"Replace","path":"name.givenName","value":"{{value}}"},{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"{{value}}"}
        """);

    public static string Member(string op, string id) => Patch($$"""{"op":"{{op}}","path":"members","value":[{"value":"{{id}}"}]}""");

    static string Patch(string operations) => $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operations}}]}""";
}
