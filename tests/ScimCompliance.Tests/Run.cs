using ScimCompliance.Checks;
using ScimCompliance.Http;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>Runs checks as the verb <c>verify</c> does.</summary>
static class Run
{
    /// <summary>All of them; what they leave is forgotten by the server itself, which saves a third of the requests.</summary>
    public static Task<VerificationResult> AllAsync(TestServer server) =>
        ChecksAsync(server, Catalogue.All, keep: true, finished: _ => server.Store.Clear());

    public static async Task<VerificationResult> ChecksAsync(
        TestServer server,
        IReadOnlyList<Check> checks,
        bool keep = false,
        Action<Check>? started = null,
        Action<CheckResult>? finished = null,
        CancellationToken ct = default
    )
    {
        using var client = Client(server, TestServer.Token);
        var target = new Target(client, token => Client(server, token), "7e57", new Random(1));
        return await new Verification(target, TimeProvider.System, TimeSpan.FromSeconds(20), keep).RunAsync(
            checks,
            Profiles.All,
            started ?? (_ => { }),
            finished ?? (_ => { }),
            ct
        );
    }

    static ScimClient Client(TestServer server, string? token) => new(new Uri(server.Url), token, TimeSpan.FromSeconds(10));
}
