using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary><c>DELETE /Users/{id}</c> (RFC 7644 §3.6): Entra sends it when a person is purged.</summary>
static class DeleteUserChecks
{
    static readonly (string Method, Needs Needs, Func<CheckRun, CreatedResource, Task<Reply>> Send)[] Afterwards =
    [
        ("GET", Needs.Nothing, (run, user) => run.Get(user.Path)),
        ("PATCH", Needs.Patch, (run, user) => run.Patch(user, """{"op":"replace","path":"displayName","value":"Back"}""")),
        (
            "PUT",
            Needs.Nothing,
            async (run, user) => (await run.Put(user.Path, run.UserJson($$"""{"userName":"{{user.Name}}"}"""))).RequireKnownMethod()
        ),
        ("DELETE", Needs.Nothing, (run, user) => run.Delete(user.Path)),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "users.delete.answer",
            Title = "A DELETE is answered with 204 and nothing else",
            Rule = "RFC 7644 §3.6",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Entra repeats a deletion that it takes for failed, and reports the account as stuck.",
            Change = "Answer DELETE /Users/{id} with 204 and no body.",
            Steps = async run =>
            {
                var reply = (await run.Delete((await run.CreateUser()).Path)).Expect(204);
                reply.That(reply.Exchange.ResponseBody is "", "no body", reply.Exchange.ResponseBody);
            },
        },
        .. from row in Afterwards select NotFoundAfterDelete(row.Method, row.Needs, row.Send),
        new()
        {
            Id = "users.delete.not-found",
            Title = "A deleted user is not found by a filter any more",
            Rule = "RFC 7644 §3.6 (omit the resource from all future query results)",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Why = "Entra matches a returning person to the deleted account, and every later change fails with 404.",
            Change = "Leave deleted resources out of all lists and filters.",
            Steps = async run =>
            {
                var user = await Deleted(run);
                var found = (await run.Find("/Users", $"userName eq \"{user.Name}\"")).RequireSuccess();
                found.That(
                    found.Resources.All(other => other.At("id").Text() != user.Id),
                    "no trace of the deleted user",
                    "it is in the list"
                );
            },
        },
        new()
        {
            Id = "users.delete.name-free",
            Title = "The userName of a deleted user can be used again",
            Rule = "RFC 7644 §3.6; App gallery harness, Restore_User_Test",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "A person who comes back cannot be provisioned: every attempt is a conflict with an account that no request shows.",
            Change = "Leave deleted accounts out of the check for uniqueness.",
            Steps = async run =>
            {
                var user = await Deleted(run);
                (await run.Post("/Users", run.UserJson($$"""{"userName":"{{user.Name}}"}"""))).Success();
            },
        },
        new()
        {
            Id = "users.delete.new-id",
            Title = "A user made again after a deletion has another id",
            Rule = "RFC 7643 §3.1 (id MUST NOT be reassignable)",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Everything that still refers to the deleted account, such as rights and memberships, would belong to the new one.",
            Change = "Give every new resource a fresh id, for example a random UUID; do not revive the old record on POST.",
            Steps = async run =>
            {
                var user = await Deleted(run);
                var again = (await run.Post("/Users", run.UserJson($$"""{"userName":"{{user.Name}}"}"""))).RequireSuccess();
                again.Has("id").That(again["id"].Text() != user.Id, "another id", "the id of the deleted user");
            },
        },
    ];

    static async Task<CreatedResource> Deleted(CheckRun run)
    {
        var user = await run.CreateUser();
        (await run.Delete(user.Path)).RequireSuccess();
        return user;
    }

    static Check NotFoundAfterDelete(string method, Needs needs, Func<CheckRun, CreatedResource, Task<Reply>> send) =>
        new()
        {
            Id = $"users.delete.then-{method.ToLowerInvariant()}",
            Title = $"After a DELETE, {method} is answered with 404",
            Rule = "RFC 7644 §3.6 (MUST return 404 for all operations)",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = needs,
            Why = "An account that was deleted for good still answers: it can be changed, and perhaps used.",
            Change = "Answer every request to a deleted resource with 404, also when you keep its record.",
            Steps = async run => (await send(run, await Deleted(run))).Error(404),
        };
}
