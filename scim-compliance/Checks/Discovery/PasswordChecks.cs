using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Discovery;

/// <summary><c>returned: never</c> (RFC 7643 §4.1.1, §7).</summary>
static class PasswordChecks
{
    const string Secret = "Correct-Horse-7-Battery";

    public static IReadOnlyList<Check> All { get; } =
    [
        NotShown(id: "discovery.password.created", where: "the answer that makes the user", ask: async run => (await Made(run)).Reply),
        NotShown(id: "discovery.password.read", where: "a read", ask: async run => await run.Read(await Made(run))),
        NotShown(
            id: "discovery.password.asked",
            where: "a read that asks for it",
            ask: async run => (await run.Get((await Made(run)).Path + "?attributes=userName,password")).RequireSuccess()
        ),
    ];

    static Check NotShown(string id, string where, Func<CheckRun, Task<Reply>> ask) =>
        new()
        {
            Id = id,
            Title = $"A password is not in {where}",
            Rule = "RFC 7643 §4.1.1, §7, §9.2",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Anyone who can read users could log in as any of them.",
            Change = "Never return password, whatever attributes are asked for; better not to store it at all.",
            Steps = async run =>
            {
                var reply = await ask(run);
                reply.That(
                    !reply.Exchange.ResponseBody.Contains(Secret, StringComparison.Ordinal),
                    "an answer without the password",
                    "the password in clear text"
                );
            },
        };

    // A server may refuse a password; then the user is created without one.
    static Task<CreatedResource> Made(CheckRun run) => run.CreateUser($$"""{"password":"{{Secret}}"}""");
}
