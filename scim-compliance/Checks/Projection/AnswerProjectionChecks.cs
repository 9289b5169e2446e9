using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Projection;

/// <summary><c>attributes</c> and <c>excludedAttributes</c> on lists, groups and writes (RFC 7644 §3.9, §3.5.2).</summary>
static class AnswerProjectionChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Answer(
            "list.only",
            "attributes works on a list",
            Must,
            Needs.Nothing,
            async t =>
            {
                var list = (await t.Several(2, _ => """{"title":"Engineer"}""")).Alone();
                return (await t.Get(list.Query + "attributes=title")).Expect(200);
            },
            ["Resources[0].id", "Resources[0].title"],
            ["Resources[0].userName", "Resources[0].displayName"]
        ),
        Answer(
            "list.excluded",
            "excludedAttributes works on a list",
            Must,
            Needs.Nothing,
            async t =>
            {
                var list = (await t.Several(2, _ => """{"title":"Engineer"}""")).Alone();
                return (await t.Get(list.Query + "excludedAttributes=title")).Expect(200);
            },
            ["Resources[0].id", "Resources[0].userName"],
            ["Resources[0].title"]
        ),
        Answer(
            "post",
            "attributes works on the answer to a POST",
            Should,
            Needs.Nothing,
            async t => (await t.Post("/Users?attributes=title", t.UserJson("""{"title":"Engineer","nickName":"Ann"}"""))).Success(),
            ["id", "title"],
            ["nickName"]
        ),
        Answer(
            "put",
            "attributes works on the answer to a PUT",
            Should,
            Needs.Nothing,
            async t =>
            {
                var user = await t.User();
                return (
                    await t.Put(
                        user.Path + "?attributes=title",
                        t.UserJson($$"""{"id":"{{user.Id}}","userName":"{{user.Name}}","title":"Engineer","nickName":"Ann"}""")
                    )
                )
                    .Known()
                    .Success();
            },
            ["id", "title"],
            ["nickName"]
        ),
        Answer(
            "patch",
            "A PATCH with attributes is answered 200 with just these",
            Must,
            Needs.Patch,
            async t =>
            {
                var user = await t.User("""{"nickName":"Ann"}""");
                return (await t.Patch(user.Path + "?attributes=title", """{"op":"replace","path":"title","value":"Engineer"}""")).Expect(
                    200
                );
            },
            ["id", "title"],
            ["nickName"]
        ),
        new(
            "projection.groups.asked",
            "The members of a group can be asked for alone",
            "RFC 7644 §3.9",
            Must,
            Profiles.All,
            async t =>
            {
                var group = await t.Group(await t.User());
                var reply = (await t.Get(group.Path + "?attributes=members")).Expect(200);
                reply.Has("members");
                if (!t.Target.Capabilities.AlwaysReturned(Trial.GroupSchema).Contains("displayName"))
                    reply.Lacks("displayName");
            }
        )
        {
            Why = "Clients that compare memberships ask for nothing else.",
            Change = "Return members when attributes names it.",
            Needs = Needs.Groups,
        },
    ];

    static Check Answer(
        string id,
        string title,
        Severity severity,
        Needs needs,
        Func<Trial, Task<Reply>> ask,
        string[] has,
        string[] lacks
    ) =>
        new(
            $"projection.{id}",
            title,
            id is "patch" ? "RFC 7644 §3.5.2, §3.9" : "RFC 7644 §3.4.2.5, §3.9",
            severity,
            Profiles.Rfc,
            async t =>
            {
                var reply = await ask(t);
                foreach (var path in has)
                    reply.Has(path);
                foreach (var path in lacks)
                    if (!ProjectionChecks.IsAlways(t, path))
                        reply.Lacks(path);
            }
        )
        {
            Why = "Clients ask for little to keep traffic small, and take what is not there for empty.",
            Change = "Apply attributes and excludedAttributes wherever you return a resource.",
            Needs = needs,
            Attributes = ["User:title", "User:nickName"],
        };
}
