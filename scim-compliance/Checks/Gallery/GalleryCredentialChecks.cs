using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Gallery;

/// <summary>
/// Tests 21 and 22 of the App gallery harness: how Entra gets an access token (RFC 6749 §4.4, RFC 7523 §2.2). They run when an OAuth client
/// is given.
/// </summary>
static class GalleryCredentialChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        CredentialTest(
            number: 21,
            test: "Validate_Credentials_Test",
            id: "gallery.direct.client-credentials",
            title: "An access token is given for client id and secret in the header, and opens the server",
            severity: Must,
            steps: async run => await ExpectOpensServer(run, await Token(run, Client(run).InHeader))
        ),
        CredentialTest(
            number: 21,
            test: "Validate_Credentials_Test",
            id: "gallery.direct.client-credentials-body",
            title: "An access token is given for client id and secret in the body too",
            severity: Should,
            steps: async run => await ExpectOpensServer(run, await Token(run, Client(run).InBody))
        ),
        CredentialTest(
            number: 21,
            test: "Validate_Credentials_Test",
            id: "gallery.direct.token-lifetime",
            title: "An access token is valid for 60 to 360 minutes",
            severity: Must,
            steps: async run =>
            {
                var reply = (await Token(run, Client(run).InHeader)).RequireSuccess();
                var seconds = int.TryParse(reply["expires_in"].Text(), out var said) ? said : -1;
                reply.That(seconds is >= 3600 and <= 21600, "expires_in is between 3600 and 21600", Reply.Describe(reply["expires_in"]));
            }
        ),
        CredentialTest(
            number: 21,
            test: "Validate_Credentials_Test",
            id: "gallery.direct.wrong-secret",
            title: "A wrong secret is refused with 401 or 400 invalid_client, in OAuth's form",
            severity: Should,
            steps: async run =>
            {
                var reply = await Token(run, (Client(run) with { Secret = "wrong" }).InHeader);
                reply.Expect(400, 401).Is("error", "invalid_client");
            }
        ) with
        {
            Rule = "RFC 6749 §5.2",
            Why = "Entra tells an admin who has mistyped the secret only what the answer says.",
            Change = "Answer a wrong secret with 401 or 400 and {\"error\":\"invalid_client\"}.",
        },
        CredentialTest(
            number: 22,
            test: "Federated_Identity_Test",
            id: "gallery.direct.federated-identity",
            title: "An access token is given for a token that Entra has issued, and opens the server",
            severity: Must,
            steps: async run =>
            {
                if (run.Target.OAuthClient is not { Assertion: not null } client)
                    throw new NotOffered("To try it, give --client-id, --token-url and --client-assertion (a token issued by Entra)");
                await ExpectOpensServer(run, await Token(run, client.Federated));
            }
        ),
    ];

    static Check CredentialTest(int number, string test, string id, string title, Func<CheckRun, Task> steps, Severity severity) =>
        GalleryUserChecks.HarnessTest(number: number, test: test, id: id, title: title, steps: steps) with
        {
            Severity = severity,
            Why =
                "New apps in the gallery must not use long-lived tokens; with neither way of getting short-lived ones the app is not "
                + "listed.",
            Change = "Offer a token endpoint of RFC 6749 that takes form posts, outside of the media types of SCIM.",
        };

    /// <exception cref="NotOffered">No client was given on the command line.</exception>
    static OAuthClient Client(CheckRun run) =>
        run.Target.OAuthClient is { Secret: not null } client
            ? client
            : throw new NotOffered("To try it, give --client-id, --client-secret and --token-url");

    static readonly string[] Tokens = ["access_token", "refresh_token", "id_token"];

    // Neither the secret nor a token may get into a report, not even when the server echoes it.
    static async Task<Reply> Token(CheckRun run, TokenRequest request)
    {
        using var http = run.Target.ClientWith(null);
        var reply = await run.Target.OAuthClient!.AskAsync(http, request, run.CancellationToken);
        run.Exchanges.Add(reply.Exchange.Without(Tokens.Select(name => reply[name].Text())));
        return reply;
    }

    static async Task ExpectOpensServer(CheckRun run, Reply reply)
    {
        reply.Success().Has("access_token").IsIgnoringCase("token_type", "Bearer");
        var users = await run.SendAs(
            reply["access_token"].Text(),
            "GET",
            $"/Users?filter={CheckRun.UrlEncode($"userName eq \"{run.NewGuid()}\"")}"
        );
        users.Expect(200);
    }
}
