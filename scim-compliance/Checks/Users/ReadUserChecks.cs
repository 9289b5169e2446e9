using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Users;

/// <summary><c>GET /Users/{id}</c> (RFC 7644 §3.4.1).</summary>
static class ReadUserChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "users.read.by-id",
            Title = "A user is read by id with 200",
            Rule = "RFC 7644 §3.4.1",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "Entra reads every account by id before it changes it; without that nothing is ever updated.",
            Change = "Answer GET /Users/{id} with 200 and the resource.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                (await run.Get(user.Path)).Expect(200).Is("id", user.Id).Is("userName", user.Name);
            },
        },
        new()
        {
            Id = "users.read.location",
            Title = "The Location of a new user leads to it",
            Rule = "RFC 7644 §3.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "Clients that follow the header land elsewhere, or nowhere.",
            Change = "Build Location from the public address of the server, the collection and the id.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                await run.ExpectAt(user, user.Reply.Header("Location") ?? throw new Blocked("POST /Users answered without Location"));
            },
        },
        new()
        {
            Id = "users.read.meta-location",
            Title = "meta.location leads to the user",
            Rule = "RFC 7643 §3.1",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Why = "It is the address that other systems keep; when it is wrong they lose the account.",
            Change = "Build meta.location from the public address of the server, the collection and the id.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var read = await run.Read(user);
                await run.ExpectAt(
                    user,
                    read["meta.location"].Text() is { Length: > 0 } location ? location : throw new Blocked("GET shows no meta.location")
                );
            },
        },
        new()
        {
            Id = "users.read.stable",
            Title = "Nothing changes between two reads",
            Rule = "RFC 7644 §3.4.1; RFC 7643 §3.1",
            Severity = Should,
            Profiles = Profiles.All,
            Why =
                "What differs from read to read, such as the order of e-mail addresses or the time of the last change, "
                + "looks like a change to every client.",
            Change = "Keep arrays in their order, and set meta.lastModified and meta.version by writes alone.",
            Steps = async run =>
            {
                var user = await run.CreateUser(
                    """
                    {"displayName":"Ada",
                    "emails":[{"type":"work","value":"ada@example.com"},{"type":"home","value":"ada@example.org"}]}
                    """
                );
                var (first, second) = (await run.Read(user), await run.Read(user));
                second.That(
                    JsonNode.DeepEquals(first.Json, second.Json),
                    "the same answer twice",
                    $"{Reply.Describe(first.Json)} and then {Reply.Describe(second.Json)}"
                );
            },
        },
    ];
}
