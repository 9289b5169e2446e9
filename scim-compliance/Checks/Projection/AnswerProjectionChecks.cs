using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Projection;

/// <summary><c>attributes</c> and <c>excludedAttributes</c> on lists, groups and writes (RFC 7644 §3.9, §3.5.2).</summary>
static class AnswerProjectionChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Answer(
            id: "projection.list.only",
            title: "attributes works on a list",
            severity: Must,
            has: ["Resources[0].id", "Resources[0].title"],
            lacks: ["Resources[0].userName", "Resources[0].displayName"],
            ask: async run =>
            {
                var list = (await run.CreateListedUsers(2, _ => """{"title":"Engineer"}""")).RequireOnlyOurs();
                return (await run.Get(list.Query + "attributes=title")).Expect(200);
            }
        ),
        Answer(
            id: "projection.list.excluded",
            title: "excludedAttributes works on a list",
            severity: Must,
            has: ["Resources[0].id", "Resources[0].userName"],
            lacks: ["Resources[0].title"],
            ask: async run =>
            {
                var list = (await run.CreateListedUsers(2, _ => """{"title":"Engineer"}""")).RequireOnlyOurs();
                return (await run.Get(list.Query + "excludedAttributes=title")).Expect(200);
            }
        ),
        Answer(
            id: "projection.post",
            title: "attributes works on the answer to a POST",
            severity: Should,
            ask: async run =>
                (await run.Post("/Users?attributes=title", run.UserJson("""{"title":"Engineer","nickName":"Ann"}"""))).Success(),
            has: ["id", "title"],
            lacks: ["nickName"]
        ),
        Answer(
            id: "projection.put",
            title: "attributes works on the answer to a PUT",
            severity: Should,
            has: ["id", "title"],
            lacks: ["nickName"],
            ask: async run =>
            {
                var user = await run.CreateUser();
                return (
                    await run.Put(
                        user.Path + "?attributes=title",
                        run.UserJson($$"""{"id":"{{user.Id}}","userName":"{{user.Name}}","title":"Engineer","nickName":"Ann"}""")
                    )
                )
                    .RequireKnownMethod()
                    .Success();
            }
        ),
        Answer(
            id: "projection.patch",
            title: "A PATCH with attributes is answered 200 with just these",
            rule: "RFC 7644 §3.5.2, §3.9",
            severity: Must,
            needs: Needs.Patch,
            has: ["id", "title"],
            lacks: ["nickName"],
            ask: async run =>
            {
                var user = await run.CreateUser("""{"nickName":"Ann"}""");
                return (await run.Patch(user.Path + "?attributes=title", """{"op":"replace","path":"title","value":"Engineer"}""")).Expect(
                    200
                );
            }
        ),
        new()
        {
            Id = "projection.groups.asked",
            Title = "The members of a group can be asked for alone",
            Rule = "RFC 7644 §3.9",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups,
            Why = "Clients that compare memberships ask for nothing else.",
            Change = "Return members when attributes names it.",
            Steps = async run =>
            {
                var group = await run.CreateGroup(await run.CreateUser());
                var reply = (await run.Get(group.Path + "?attributes=members")).Expect(200);
                reply.Has("members");
                if (!run.Target.Capabilities.AlwaysReturned(SchemaUrn.Group).Contains("displayName"))
                    reply.Lacks("displayName");
            },
        },
    ];

    static Check Answer(
        string id,
        string title,
        Severity severity,
        Func<CheckRun, Task<Reply>> ask,
        string[] has,
        string[] lacks,
        string rule = "RFC 7644 §3.4.2.5, §3.9",
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.Rfc,
            Needs = needs,
            Attributes = ["User:title", "User:nickName"],
            Why = "Clients ask for little to keep traffic small, and take what is not there for empty.",
            Change = "Apply attributes and excludedAttributes wherever you return a resource.",
            Steps = async run =>
            {
                var reply = await ask(run);
                foreach (var path in has)
                    reply.Has(path);
                foreach (var path in lacks)
                    if (!ProjectionChecks.IsAlways(run, path))
                        reply.Lacks(path);
            },
        };
}
