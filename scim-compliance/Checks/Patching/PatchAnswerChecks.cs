using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Patching;

/// <summary>What a PATCH answers, the order of its operations, and changes of the names a user is matched by.</summary>
static class PatchAnswerChecks
{
    const string Order = "RFC 7644 §3.5.2 (sequentially, in the order they appear); SCIM Validator, several operations on one attribute";
    const string Rename = """{"op":"replace","path":"displayName","value":"Ada"}""";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "patch.answer",
            Title = "A PATCH is answered with 200 and the changed user, or with 204 and nothing",
            Rule = "RFC 7644 §3.5.2",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
            Why = "A client that reads the old values in the answer believes that the change was not stored.",
            Change = "Answer 200 with the resource as it is after the change, or 204 without a body.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var reply = (await run.Patch(user, Rename)).Expect(200, 204);
                if (reply.Status is 200)
                    reply.Is("id", user.Id).Is("displayName", "Ada");
                else
                    reply.That(reply.Exchange.ResponseBody is "", "no body with a 204", reply.Exchange.ResponseBody);
            },
        },
        new()
        {
            Id = "patch.answer.body",
            Title = "A PATCH of a user is answered with 200 and the user",
            Rule = "jelhub/scimgateway#89: runs of the SCIM Validator insisted on it",
            Severity = Advice,
            Profiles = Profiles.Entra,
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
            Why = "Both answers work in production, but Microsoft's validator has failed servers that answer 204 for users.",
            Change = "Answer 200 with the whole user.",
            Steps = async run => (await run.Patch(await run.CreateUser(), Rename)).Expect(200).Has("id"),
        },
        new()
        {
            Id = "patch.last-modified",
            Title = "A PATCH that changes something moves meta.lastModified",
            Rule = "RFC 7643 §3.1",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
            Why = "Systems that read only what has changed miss the change.",
            Change = "Set meta.lastModified with every write that changes the resource.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                await run.ExpectLaterLastModified(
                    user,
                    async tries =>
                        (await run.Patch(user, $$"""{"op":"replace","path":"displayName","value":"Ada {{tries}}"}""")).RequireSuccess()
                );
            },
        },
        new()
        {
            Id = "patch.no-change",
            Title = "A PATCH that changes nothing leaves meta.lastModified",
            Rule = "RFC 7644 §3.5.2.1 (SHALL NOT change the modify timestamp)",
            Severity = Should,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Needs = Needs.Patch,
            Attributes = ["User:displayName"],
            Why = "Entra repeats values every cycle; the whole directory looks changed each time, and so does every audit trail.",
            Change = "Compare before you write, and keep the time when nothing differs.",
            Steps = async run =>
            {
                var user = (await run.CreateUser("""{"displayName":"Ada"}""")).RequireKept("displayName");
                var before = (await run.Read(user)).LastModified();
                var read = await run.PatchAndRead(user, """{"op":"add","path":"displayName","value":"Ada"}""");
                read.That(read.LastModified() == before, $"meta.lastModified is {before:O}", Reply.Describe(read["meta.lastModified"]));
            },
        },
        new PatchCase()
        {
            Id = "patch.order.last-wins",
            Title = "The later of two operations on one attribute wins",
            Rule = Order,
            Attributes = ["User:title"],
            Why = "The older of two values stays.",
            Change = "Apply operations one after another to the result of the one before.",
            Before = "{}",
            Operations = ["""{"op":"add","path":"title","value":"Clerk"}""", """{"op":"replace","path":"title","value":"Engineer"}"""],
            After = [("title", "Engineer")],
        },
        new PatchCase()
        {
            Id = "patch.order.remove-add",
            Title = "An attribute removed and added in one request has the new value",
            Rule = Order,
            Attributes = ["User:title"],
            Why = "The attribute is empty, or has its old value.",
            Change = "Apply operations one after another to the result of the one before.",
            Before = """{"title":"Clerk"}""",
            Operations = ["""{"op":"remove","path":"title"}""", """{"op":"add","path":"title","value":"Engineer"}"""],
            After = [("title", "Engineer")],
        },
        new PatchCase()
        {
            Id = "patch.order.add-remove",
            Title = "An attribute added and removed in one request is unassigned",
            Rule = Order,
            Attributes = ["User:title"],
            Why = "What should be gone is still there.",
            Change = "Apply operations one after another to the result of the one before.",
            Before = "{}",
            Operations = ["""{"op":"add","path":"title","value":"Clerk"}""", """{"op":"remove","path":"title"}"""],
            After = [("title", null)],
        },
        new()
        {
            Id = "patch.user-name",
            Title = "userName can be changed",
            Rule = "SCIM Validator 'update userName'; RFC 7643 §4.1.1 (readWrite)",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why = "People who marry or move to another domain cannot sign in under their new name.",
            Change = "Let userName be replaced, and keep the id.",
            Steps = async run =>
            {
                run.RequireRenaming();
                var (user, name) = (await run.CreateUser(), run.NewUserName());
                (await run.PatchAndRead(user, $$"""{"op":"replace","path":"userName","value":"{{name}}"}"""))
                    .Is("userName", name)
                    .Is("id", user.Id);
            },
        },
        new()
        {
            Id = "patch.user-name.same-id",
            Title = "A renamed user keeps the id",
            Rule = "RFC 7643 §3.1: the id is stable and is not reassigned",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why =
                "Entra keeps the id for good. When a new name after a marriage changes the id, "
                + "Entra no longer finds the account (InvalidAnchor), and the person gets no more updates.",
            Change = "Do not derive the id from userName: give every resource an id of its own when it is created.",
            Steps = async run =>
            {
                run.RequireRenaming();
                var user = await run.CreateUser();
                (await run.Patch(user, $$"""{"op":"replace","path":"userName","value":"{{run.NewUserName()}}"}""")).RequireSuccess();
                (await run.Get(user.Path)).Expect(200).Is("id", user.Id);
            },
        },
        new()
        {
            Id = "patch.user-name.letter-case",
            Title = "userName can be changed in its letter case alone",
            Rule = "RFC 7643 §4.1.1",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why = "The user is in conflict with itself, and the error comes back every cycle.",
            Change = "Leave the user itself out of its check for uniqueness.",
            Steps = async run =>
            {
                run.RequireRenaming();
                var user = await run.CreateUser();
                var name = user.Name.ToUpperInvariant();
                (await run.PatchAndRead(user, $$"""{"op":"replace","path":"userName","value":"{{name}}"}""")).Is("userName", name);
            },
        },
        new()
        {
            Id = "patch.user-name.frees",
            Title = "The old userName is free after a change",
            Rule = "RFC 7643 §4.1.1 (unique among the users there are)",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Why = "A successor who gets the old address cannot be provisioned.",
            Change = "Check uniqueness against the present names only.",
            Steps = async run =>
            {
                run.RequireRenaming();
                var user = await run.CreateUser();
                (await run.Patch(user, $$"""{"op":"replace","path":"userName","value":"{{run.NewUserName()}}"}""")).RequireSuccess();
                (await run.Post("/Users", run.UserJson($$"""{"userName":"{{user.Name}}"}"""))).Success();
            },
        },
        new()
        {
            Id = "patch.external-id",
            Title = "externalId can be changed",
            Rule = "RFC 7643 §3.1 (readWrite); entra-docs, Update User",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Patch,
            Attributes = ["User:externalId"],
            Why = "Admins who switch the mapping of externalId, as many vendors ask them to, get an error for everyone.",
            Change = "Let externalId be replaced like any other value.",
            Steps = async run =>
            {
                var (user, external) = (await run.CreateUser(), run.NewName());
                (await run.PatchAndRead(user, $$"""{"op":"replace","path":"externalId","value":"{{external}}"}""")).Is(
                    "externalId",
                    external
                );
            },
        },
    ];
}
