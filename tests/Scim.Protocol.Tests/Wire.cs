using System.Text.Json.Nodes;
using NUnit.Framework.Constraints;

namespace Scim.Tests;

/// <summary>JSON as it is sent, so that a test shows the message and not how it is built.</summary>
static class Wire
{
    public static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    /// <summary>An example document of the RFCs, named by section.</summary>
    public static JsonObject Sample(string name) =>
        Json(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Samples", name + ".json")));

    /// <summary>Equal as JSON: the order of members does not matter.</summary>
    public static IResolveConstraint EqualJson(string expected) => new JsonConstraint(JsonNode.Parse(expected));

    /// <summary>The document of the user after these operations.</summary>
    public static JsonObject PatchUser(string user, string operations) => Patch(user, operations, ResourceType.User);

    public static JsonObject PatchGroup(string group, string operations) => Patch(group, operations, ResourceType.Group);

    /// <summary>The document of the user ada: the attributes that every document has, and these.</summary>
    public static string Ada(string attributes = "") =>
        $$"""{"userName":"ada","active":true,{{attributes}}{{(attributes.Length > 0 ? "," : "")}}"schemas":["{{UserSchema.Id}}"]}""";

    /// <summary>The same with one extension.</summary>
    public static string AdaWith(string uri, string extension) =>
        $$"""{"userName":"ada","active":true,"{{uri}}":{{extension}},"schemas":["{{UserSchema.Id}}","{{uri}}"]}""";

    /// <summary>The detail of the error, which must have that <c>scimType</c>.</summary>
    public static string Refused(string scimType, Action action)
    {
        var error = Assert.Throws<ScimException>(action)!;
        Assert.That(error.ScimType, Is.EqualTo(scimType), error.Message);
        return error.Message;
    }

    /// <summary>Anything but a <see cref="ScimException"/> fails the test.</summary>
    public static void AcceptsOrRefuses(Action action) => Assert.That(() => IsAccepted(action), Throws.Nothing);

    public static bool IsAccepted(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (ScimException)
        {
            return false;
        }
    }

    static JsonObject Patch(string document, string operations, ResourceType type) =>
        Patcher.Apply(Json(document), PatchParser.Parse(Json($$"""{"Operations":{{operations}}}"""), type), type);

    sealed class JsonConstraint(JsonNode? expected) : Constraint
    {
        public override string Description => expected?.ToJsonString() ?? "null";

        public override ConstraintResult ApplyTo<TActual>(TActual actual) =>
            new(this, (actual as JsonNode)?.ToJsonString(), JsonNode.DeepEquals(actual as JsonNode, expected));
    }
}
