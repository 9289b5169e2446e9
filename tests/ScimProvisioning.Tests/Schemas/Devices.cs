namespace ScimProvisioning.Tests.Schemas;

/// <summary>A resource type with an attribute of every kind, as an admin registers it.</summary>
static class Devices
{
    public const string SchemaId = "urn:example:params:scim:schemas:Device";
    public const string LeaseId = "urn:example:params:scim:schemas:Lease";

    public const string Schema = $$"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"],"id":"{{SchemaId}}","name":"Device","description":"What is lent",
         "attributes":[
            {"name":"serial","required":true,"uniqueness":"server"},
            {"name":"label"},
            {"name":"code","caseExact":true},
            {"name":"slots","type":"integer"},
            {"name":"weight","type":"decimal"},
            {"name":"rented","type":"boolean"},
            {"name":"bought","type":"dateTime"},
            {"name":"key","type":"binary"},
            {"name":"manual","type":"reference","referenceTypes":["external"]},
            {"name":"state","mutability":"readOnly"},
            {"name":"maker","mutability":"immutable"},
            {"name":"pin","mutability":"writeOnly"},
            {"name":"notes","returned":"request"},
            {"name":"badge","returned":"always"},
            {"name":"color","canonicalValues":["black","white"]},
            {"name":"tags","multiValued":true},
            {"name":"members","multiValued":true},
            {"name":"groups"},
            {"name":"owner","type":"complex","subAttributes":[{"name":"name","required":true},{"name":"floor","type":"integer"}]},
            {"name":"ports","type":"complex","multiValued":true,
             "subAttributes":[{"name":"value"},{"name":"type"},{"name":"primary","type":"boolean"}]}
        ]}
        """;

    public const string Lease = $$"""
        {"id":"{{LeaseId}}","name":"Lease",
         "attributes":[{"name":"contract","required":true,"uniqueness":"server"},{"name":"months","type":"integer"}]}
        """;

    public const string Type = $$"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],"name":"Device","endpoint":"/Devices",
         "description":"Devices on loan","schema":"{{SchemaId}}","schemaExtensions":[{"schema":"{{LeaseId}}","required":false}]}
        """;

    /// <summary>Registers the schemas and the type for a connection.</summary>
    public static async Task RegisterAsync(ScimServer server, TestDirectory directory)
    {
        await Accepted(server, HttpMethod.Post, directory, "/schemas", Schema);
        await Accepted(server, HttpMethod.Post, directory, "/schemas", Lease);
        await Accepted(server, HttpMethod.Post, directory, "/resource-types", Type);
    }

    /// <summary>A new connection with the type registered.</summary>
    public static async Task<TestDirectory> CreateAsync(ScimServer server)
    {
        var directory = await TestDirectory.CreateAsync(server);
        await RegisterAsync(server, directory);
        return directory;
    }

    /// <summary>Sends a request to the admin API, which must succeed.</summary>
    public static async Task Accepted(ScimServer server, HttpMethod method, TestDirectory directory, string path, string? json = null)
    {
        var (status, body) = await server.Send(method, $"/connections/{directory.Connection.Id}{path}", json);
        if (status >= 300)
            throw new InvalidOperationException($"{method} {path}: {status} {body}");
    }
}
