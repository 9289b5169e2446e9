using System.Text.RegularExpressions;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.ETags;

/// <summary>Versions of resources (RFC 7644 §3.14), for servers that announce them.</summary>
static partial class ETagChecks
{
    const string Rule = "RFC 7644 §3.14";
    const string Overwritten = "Two systems that change one person at the same time overwrite each other, and neither is told.";
    const string Change = """{"op":"replace","path":"displayName","value":"After"}""";

    static readonly (string Method, Needs Needs, Func<CheckRun, CreatedResource, string, Task<Reply>> Send)[] Writes =
    [
        ("PATCH", Needs.Patch, (run, user, etag) => run.Send("PATCH", user.Path, CheckRun.PatchOp(Change), ("If-Match", etag))),
        (
            "PUT",
            Needs.Nothing,
            async (run, user, etag) => (await run.Put(user.Path, Replacement(run, user), ("If-Match", etag))).RequireKnownMethod()
        ),
        ("DELETE", Needs.Nothing, (run, user, etag) => run.Delete(user.Path, ("If-Match", etag))),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        WithUser(
            id: "etag.header",
            title: "A user that is read comes with an ETag header",
            rule: $"{Rule} (MUST be specified as an HTTP header)",
            severity: Must,
            why: Overwritten,
            change: "Send ETag with every answer that shows a resource, or say in ServiceProviderConfig that you have none.",
            steps: async (run, user) =>
            {
                var read = await run.Read(user);
                read.That(read.Header("ETag") is not null, "an ETag header", "none");
            }
        ),
        WithUser(
            id: "etag.created",
            title: "A new user comes with an ETag header",
            rule: $"{Rule} (first example)",
            severity: Should,
            why: "A client has to read what it has just written before it can change it safely.",
            change: "Send ETag with a 201 too.",
            steps: (_, user) => Task.FromResult(user.Reply.That(user.Reply.Header("ETag") is not null, "an ETag header", "none"))
        ),
        WithUser(
            id: "etag.meta-version",
            title: "meta.version is the same as the ETag",
            rule: "RFC 7643 §3.1 (same as the entity-tag); RFC 7644 §3.14",
            severity: Should,
            why: "Clients that keep the version from a list use it as an If-Match, and are refused.",
            change: "Write the same text into the header and meta.version, W/ and quotes included.",
            steps: async (run, user) =>
            {
                var read = await run.Read(user);
                read.Is("meta.version", Tag(read));
            }
        ),
        WithUser(
            id: "etag.form",
            title: "An ETag is a text in quotes, with W/ before it when it is weak",
            rule: "RFC 9110 §8.8.3; RFC 7644 §3.14",
            severity: Must,
            why: "Libraries and proxies drop a header of another form, and with it the protection.",
            change: "Put the version in quotes: W/\"42\".",
            steps: async (run, user) =>
            {
                var read = await run.Read(user);
                read.That(Form().IsMatch(Tag(read)), "W/\"…\" or \"…\"", Tag(read));
            }
        ),
        WithUser(
            id: "etag.if-none-match",
            title: "An unchanged user is answered with 304 to If-None-Match",
            rule: $"{Rule}; RFC 9110 §13.1.2",
            severity: Must,
            why: "Clients read everything again and again.",
            change: "Compare If-None-Match with the version, and answer 304 without a body when they are equal.",
            steps: async (run, user) => (await run.Get(user.Path, ("If-None-Match", Tag(await run.Read(user))))).Expect(304)
        ),
        WithUser(
            id: "etag.if-none-match.changed",
            title: "A changed user is shown to an If-None-Match with the old ETag",
            rule: $"{Rule}; RFC 9110 §13.1.2",
            severity: Must,
            needs: Needs.Patch,
            why: "Clients go on working with old data.",
            change: "Answer 304 only when the version is the same.",
            steps: async (run, user) =>
                (await run.Get(user.Path, ("If-None-Match", await Stale(run, user)))).Expect(200).Is("displayName", "Meanwhile")
        ),
        WithUser(
            id: "etag.changes",
            title: "The ETag changes when the user does",
            rule: $"{Rule}; RFC 9110 §8.8.1",
            severity: Must,
            needs: Needs.Patch,
            why: Overwritten,
            change: "Give every stored change a new version.",
            steps: async (run, user) =>
            {
                var before = Tag(await run.Read(user));
                var read = await run.Read(await Changed(run, user));
                read.That(Tag(read) != before, $"another ETag than {before}", "the same");
            }
        ),
        WithUser(
            id: "etag.no-change",
            title: "The ETag stays when a PATCH changes nothing",
            rule: $"{Rule}; RFC 7644 §3.5.2.1",
            severity: Should,
            needs: Needs.Patch,
            why: "Entra repeats values: other clients are told of changes that were none, and their own are refused.",
            change: "Compare before you write, and keep the version when nothing differs.",
            steps: async (run, user) =>
            {
                await Changed(run, user);
                var before = Tag(await run.Read(user));
                (await run.Patch(user, """{"op":"add","path":"displayName","value":"Meanwhile"}""")).RequireSuccess();
                var read = await run.Read(user);
                read.That(Tag(read) == before, $"the ETag {before}", Tag(read));
            }
        ),
        .. from row in Writes select StaleRefused(row.Method, row.Needs, row.Send),
        .. from row in Writes select CurrentAccepted(row.Method, row.Needs, row.Send),
        WithUser(
            id: "etag.if-match.any",
            title: "If-Match: * is met by any user that exists",
            rule: "RFC 9110 §13.1.1; RFC 7644 §3.14",
            severity: Should,
            needs: Needs.Patch,
            why: "Clients that only want to be sure that the user is there are refused.",
            change: "Read * in If-Match as any version.",
            steps: async (run, user) => (await Writes[0].Send(run, user, "*")).Success()
        ),
    ];

    static Check StaleRefused(string method, Needs needs, Func<CheckRun, CreatedResource, string, Task<Reply>> send) =>
        WithUser(
            id: $"etag.if-match.stale.{method.ToLowerInvariant()}",
            title: $"{method} with an old ETag is refused and changes nothing",
            rule: $"{Rule}; RFC 7644 §3.12 (Table 8: 412 or 409)",
            severity: method is "DELETE" ? Should : Must,
            needs: needs | Needs.Patch,
            why: Overwritten,
            change: $"Compare If-Match of a {method} with the version, in the same transaction as the write, "
                + "and answer 412 when they differ.",
            steps: async (run, user) =>
            {
                (await send(run, user, await Stale(run, user))).Expect(412, 409);
                (await run.Get(user.Path)).Expect(200).Is("displayName", "Meanwhile");
            }
        );

    static Check CurrentAccepted(string method, Needs needs, Func<CheckRun, CreatedResource, string, Task<Reply>> send) =>
        WithUser(
            id: $"etag.if-match.current.{method.ToLowerInvariant()}",
            title: $"{method} with the current ETag succeeds",
            rule: $"{Rule}; RFC 7644 §3.12",
            severity: Must,
            needs: needs,
            why: "Clients that are careful cannot change anything.",
            change: "Compare ETags as they were sent, W/ included.",
            steps: async (run, user) => (await send(run, user, Tag(await run.Read(user)))).Success()
        );

    static Check WithUser(
        string id,
        string title,
        string rule,
        Severity severity,
        string why,
        string change,
        Func<CheckRun, CreatedResource, Task> steps,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.Rfc,
            Needs = Needs.ETag | needs,
            Attributes = ["User:displayName"],
            Why = why,
            Change = change,
            Steps = async run => await steps(run, await run.CreateUser("""{"displayName":"Before"}""")),
        };

    static async Task<CreatedResource> Changed(CheckRun run, CreatedResource user)
    {
        (await run.Patch(user, """{"op":"replace","path":"displayName","value":"Meanwhile"}""")).RequireSuccess();
        return user;
    }

    static async Task<string> Stale(CheckRun run, CreatedResource user)
    {
        var stale = Tag(await run.Read(user));
        var current = Tag(await run.Read(await Changed(run, user)));
        return current != stale ? stale : throw new Blocked("the ETag does not change with the user");
    }

    static string Tag(Reply reply) => reply.Header("ETag") ?? throw new Blocked("there is no ETag header");

    static System.Text.Json.Nodes.JsonObject Replacement(CheckRun run, CreatedResource user) =>
        run.UserJson($$"""{"userName":"{{user.Name}}","displayName":"After"}""");

    [GeneratedRegex("""^(W/)?"[\x21\x23-\x7E\x80-\uFFFF]*"$""")]
    private static partial Regex Form();
}
