using System.Text.Json.Nodes;
using FsCheck.NUnit;
using Property = FsCheck.NUnit.PropertyAttribute;

namespace Scim.Tests.Patching;

[Properties(Arbitrary = [typeof(PatchGenerators)])]
sealed class PatchProperties
{
    [Property(MaxTest = 1_000)]
    public void A_patched_document_is_one_that_could_have_been_created(StoredUser user, PatchBody body)
    {
        if (Patch(Wire.Json(user.Text), body) is not { } patched)
            return;

        Assert.That(ResourceParser.Create(patched, ResourceType.User), Wire.EqualJson(patched.ToJsonString()));
    }

    [Property(MaxTest = 300)]
    public void Patching_never_changes_the_document_it_was_given(StoredUser user, PatchBody body)
    {
        var document = Wire.Json(user.Text);

        Patch(document, body);

        Assert.That(document.ToJsonString(), Is.EqualTo(Wire.Json(user.Text).ToJsonString()));
    }

    [Property(MaxTest = 300)]
    public void A_created_document_is_created_from_itself(StoredUser user) =>
        Assert.That(ResourceParser.Create(Wire.Json(user.Text), ResourceType.User), Wire.EqualJson(user.Text));

    [Property(MaxTest = 300)]
    public void Any_message_is_a_PATCH_or_is_refused(RandomJson body) =>
        Wire.AcceptsOrRefuses(() => PatchParser.Parse(Wire.Json(body.Text), ResourceType.User));

    [Property(MaxTest = 300)]
    public void Any_message_is_a_resource_or_is_refused(RandomJson body) =>
        Wire.AcceptsOrRefuses(() =>
        {
            ResourceParser.Create(Wire.Json(body.Text), ResourceType.User);
            ResourceParser.Replace(Wire.Json(body.Text), ResourceType.Group, []);
        });

    /// <summary>Anything but a <see cref="ScimException"/> fails the property.</summary>
    static JsonObject? Patch(JsonObject document, PatchBody body)
    {
        JsonObject? patched = null;
        Wire.IsAccepted(() =>
            patched = Patcher.Apply(document, PatchParser.Parse(Wire.Json(body.Text), ResourceType.User), ResourceType.User)
        );
        return patched;
    }
}
