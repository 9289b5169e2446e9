namespace Scim.Tests.Messages;

/// <summary>RFC 7644 §3.7.</summary>
public sealed class BulkRequestTests
{
    [Test]
    public void Operations_are_read_in_order()
    {
        var request = Parse(
            """
            {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"ada"}},
            {"method":"put","path":"/Users/1","version":"W/\"1\"","data":{"userName":"eva"}},
            {"METHOD":"Patch","path":"Groups/bulkId:g","bulkId":"b","data":{"Operations":[]}},
            {"method":"DELETE","path":"/Devices/9","data":{"ignored":true}}
            """,
            "\"failOnErrors\":1,"
        );

        Assert.That(request.FailOnErrors, Is.EqualTo(1));
        Assert.That(
            request.Operations.Select(o => (o.Method, o.Collection, o.Target, o.BulkId, o.Version, o.Data?.ToJsonString())),
            Is.EqualTo(
                new (BulkMethod?, string, string?, string?, string?, string?)[]
                {
                    (BulkMethod.Post, "Users", null, "a", null, """{"userName":"ada"}"""),
                    (BulkMethod.Put, "Users", "1", null, "W/\"1\"", """{"userName":"eva"}"""),
                    (BulkMethod.Patch, "Groups", "bulkId:g", "b", null, """{"Operations":[]}"""),
                    (BulkMethod.Delete, "Devices", "9", null, null, null),
                }
            )
        );
    }

    [Test]
    public void Without_a_limit_every_operation_is_tried() =>
        Assert.That((Parse("").FailOnErrors, Parse("", "\"failOnErrors\":0,").FailOnErrors), Is.EqualTo(((int?)null, (int?)null)));

    [TestCase("""{"path":"/Users","bulkId":"a","data":{}}""", "invalidValue", "Operations[0].method")]
    [TestCase("""{"method":"GET","path":"/Users/1"}""", "invalidSyntax", "Operations[0].method")]
    [TestCase("""{"method":7,"path":"/Users/1"}""", "invalidValue", "Operations[0].method")]
    [TestCase("""{"method":"POST","bulkId":"a","data":{}}""", "invalidValue", "Operations[0].path")]
    [TestCase("""{"method":"POST","path":"/Users/1","bulkId":"a","data":{}}""", "invalidPath", "Operations[0].path")]
    [TestCase("""{"method":"PUT","path":"/Users","data":{}}""", "invalidPath", "Operations[0].path")]
    [TestCase("""{"method":"DELETE","path":"/Users/"}""", "invalidPath", "Operations[0].path")]
    [TestCase("""{"method":"DELETE","path":"/Users/1/2"}""", "invalidPath", "Operations[0].path")]
    [TestCase("""{"method":"DELETE","path":"/Users/1?x=y"}""", "invalidPath", "Operations[0].path")]
    [TestCase("""{"method":"DELETE","path":"https://host/Users/1"}""", "invalidPath", "Operations[0].path")]
    [TestCase("""{"method":"POST","path":"/Users","data":{}}""", "invalidValue", "Operations[0].bulkId")]
    [TestCase("""{"method":"POST","path":"/Users","bulkId":"","data":{}}""", "invalidValue", "Operations[0].bulkId")]
    [TestCase("""{"method":"POST","path":"/Users","bulkId":1,"data":{}}""", "invalidValue", "Operations[0].bulkId")]
    [TestCase("""{"method":"POST","path":"/Users","bulkId":"a"}""", "invalidValue", "Operations[0].data")]
    [TestCase("""{"method":"PUT","path":"/Users/1"}""", "invalidValue", "Operations[0].data")]
    [TestCase("""{"method":"PATCH","path":"/Users/1","data":null}""", "invalidValue", "Operations[0].data")]
    [TestCase("""{"method":"PATCH","path":"/Users/1","data":[]}""", "invalidSyntax", "Operations[0].data")]
    [TestCase("""{"method":"DELETE","path":"/Users/1","version":1}""", "invalidValue", "Operations[0].version")]
    [TestCase(
        """{"method":"POST","path":"/Users","bulkId":"a","data":{}},{"method":"POST","path":"/Groups","bulkId":"a","data":{}}""",
        "invalidValue",
        "Operations[1].bulkId"
    )]
    [TestCase("7", "invalidSyntax", "Operations[0]")]
    public void A_malformed_operation_has_its_error_and_the_others_are_read(string operations, string scimType, string place)
    {
        var read = Parse(operations + """,{"method":"DELETE","path":"/Users/9"}""").Operations;

        var error = read.Select(operation => operation.Error).Single(e => e is not null)!;
        Assert.That(error.ScimType, Is.EqualTo(scimType));
        Assert.That(error.Message, Does.Contain($"'{place}'"));
        Assert.That(read[^1] is { Error: null, Target: "9" });
    }

    [TestCase("{}", "invalidSyntax")]
    [TestCase("""{"Operations":{}}""", "invalidSyntax")]
    [TestCase("""{"Operations":[],"operations":[]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[],"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[],"failOnErrors":-1}""", "invalidValue")]
    [TestCase("""{"Operations":[],"failOnErrors":"1"}""", "invalidValue")]
    public void A_message_of_another_form_is_refused(string body, string scimType) =>
        Wire.Refused(scimType, () => BulkRequest.Parse(Wire.Json(body)));

    [TestCase(
        """{"members":[{"value":"bulkId:a"},{"value":"bulkId:b","$ref":"../Users/bulkId:c"}],"x":{"y":"bulkId:a"},"z":[["bulkId:d"]]}""",
        "a b d"
    )]
    [TestCase("""{"value":"bulkId:","a":"bulkid:x","b":"see bulkId:x","c":1,"bulkId:k":null}""", "")]
    public void References_are_values_that_are_nothing_else(string data, string expected) =>
        Assert.That(BulkReferences.In(Wire.Json(data)), Is.EquivalentTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Test]
    public void References_become_ids_in_a_copy()
    {
        const string Data = """{"members":[{"value":"bulkId:a"},{"value":"bulkId:b"}],"n":1,"manager":"bulkId:a","none":null}""";
        var data = Wire.Json(Data);

        Assert.That(
            BulkReferences.Resolve(data, bulkId => bulkId == "a" ? "42" : null),
            Wire.EqualJson("""{"members":[{"value":"42"},{"value":"bulkId:b"}],"n":1,"manager":"42","none":null}""")
        );
        Assert.That(data, Wire.EqualJson(Data));
    }

    [TestCase("""{"method":"PATCH","path":"/Groups/bulkId:g","data":{"a":"bulkId:x"}}""", "g x")]
    [TestCase("""{"method":"DELETE","path":"/Groups/bulkId:g"}""", "g")]
    [TestCase("""{"method":"DELETE","path":"/Groups/1"}""", "")]
    public void An_operation_needs_the_ids_of_its_data_and_its_target(string operation, string expected) =>
        Assert.That(
            Parse(operation).Operations[0].FindReferences(),
            Is.EquivalentTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        );

    static BulkRequest Parse(string operations, string members = "") =>
        BulkRequest.Parse(Wire.Json($$"""{"schemas":["{{BulkRequest.Id}}"],{{members}}"Operations":[{{operations}}]}"""));
}
