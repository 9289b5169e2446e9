namespace ScimProvisioning.Benchmarks;

/// <summary>What Entra sends with its default mapping: about 1,000 bytes for a new user, and changes of one.</summary>
static class UserDocuments
{
    /// <summary>
    /// The key of the user from which the others are copied. It is part of every value that differs from user to user, and of no
    /// other value.
    /// </summary>
    public const string FirstKey = "0000000";

    public static string Key(int number) => $"{number:d7}";

    public static string UserName(string key) => $"user{key}@contoso.example";

    public static string ExternalId(string key) => $"0a21f0f2-8d2a-4f8e-bf98-{key}";

    // Without line breaks, as Entra sends it.
    public static string New(string key) =>
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"""
        + $$""" "externalId":"{{ExternalId(key)}}","userName":"{{UserName(key)}}","active":true,"displayName":"Ada Lovelace {{key}}","""
        + """ "title":"Senior Engineer","preferredLanguage":"en-GB","addresses":[{"type":"work","""
        + """ "formatted":"1 St James's Square, London","streetAddress":"1 St James's Square","locality":"London","""
        + """ "region":"Greater London","postalCode":"SW1Y 4LB","country":"GB","primary":false}],"""
        + $$""" "emails":[{"primary":true,"type":"work","value":"{{UserName(key)}}"}],"meta":{"resourceType":"User"},"""
        + $$""" "name":{"formatted":"Ada Lovelace {{key}}","familyName":"Lovelace {{key}}","givenName":"Ada"},"""
        + """ "phoneNumbers":[{"type":"work","value":"+44 20 7946 0123"},{"type":"mobile","value":"+44 7700 900123"}],"roles":[],"""
        + """ "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"""
        + $$"""{"employeeNumber":"{{key}}","department":"Research and Development","division":"Analytical Engines","""
        + """ "costCenter":"4711","organization":"Contoso"} }""";

    public static string NewGroup(string key) =>
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"""
        + $$""" "externalId":"{{ExternalId(key)}}","displayName":"Group {{key}}"}""";

    /// <summary>Replaces three attributes, each in an operation of its own, as Entra does by default; every value is new.</summary>
    public static string Change(string value) =>
        Patch(
            $$"""{"op":"Replace","path":"displayName","value":"Ada {{value}}"},"""
                + $$"""{"op":"Replace","path":"title","value":"Engineer {{value}}"},"""
                + """{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","""
                + $$""" "value":"Department {{value}}"}"""
        );

    public static string Rename(string name) => Patch($$"""{"op":"Replace","path":"displayName","value":"{{name}}"}""");

    public static string Member(string op, Guid id) => Patch($$"""{"op":"{{op}}","path":"members","value":[{"value":"{{id}}"}]}""");

    static string Patch(string operations) =>
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operations}}]}""";
}
