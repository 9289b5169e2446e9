using System.Text;

namespace Scim.Tests.Schemas;

/// <summary>Changes that are written at once are, byte for byte, those that are first made as nodes.</summary>
public sealed class WrittenChangesTests
{
    [TestCase("{}", """{"userName":"Ada é <&> \" \\ 😀","active":true,"name":{"givenName":"A"},"emails":[{"value":"a","primary":true}]}""")]
    [TestCase("""{"title":"a","n":1.50}""", """{"title":"b","n":1.5}""")]
    [TestCase("""{"title":"a"}""", """{"title":"a"}""")]
    [TestCase("""{"urn:a:2.0:User":{"tag":"x","o":{"a":1}}}""", """{"urn:a:2.0:User":{"tag":{"y":1},"o":{"b":[null,1e2]}}}""")]
    public void Changes_are_written_as_their_nodes_are(string before, string after)
    {
        var written = DocumentChanges.Utf8Between(Wire.Json(before), Wire.Json(after), ResourceType.User);

        var nodes = DocumentChanges.Between(Wire.Json(before), Wire.Json(after), ResourceType.User);
        Assert.That(Encoding.UTF8.GetString(written), Is.EqualTo(ScimJson.Text(nodes)));
    }

    [Test]
    public void What_is_never_returned_is_not_written()
    {
        var pin = new AttributeDefinition("pin", AttributeType.String, "") { Returned = Returned.Never };
        var type = new ResourceType("Lock", "Locks", "", new SchemaDefinition("urn:acme:Lock", "Lock", "", [pin]));

        var written = DocumentChanges.Utf8Between(Wire.Json("""{"pin":"1"}"""), Wire.Json("""{"pin":"2"}"""), type);

        Assert.That(Encoding.UTF8.GetString(written), Is.EqualTo("""[{"path":"pin"}]"""));
    }
}
