using Microsoft.Extensions.Time.Testing;
using ScimCompliance.Checks;
using ScimCompliance.Http;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>Runs checks as the verb <c>verify</c> does.</summary>
static class Run
{
    /// <summary>
    /// The limit of one request and of one check. It ends a test that hangs, and is never reached otherwise, however busy the machine is.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs the checks, by default all. The server forgets what each has created: no requests are needed to clean up.</summary>
    public static Task<VerificationResult> AllAsync(TestServer server, IReadOnlyList<Check>? checks = null) =>
        ChecksAsync(server, checks ?? Catalogue.All, keep: true, finished: _ => server.Store.Clear());

    /// <param name="clock">Measures how long requests take. By default no time passes, so that a busy machine does not matter.</param>
    public static async Task<VerificationResult> ChecksAsync(
        TestServer server,
        IReadOnlyList<Check> checks,
        bool keep = false,
        Action<Check>? started = null,
        Action<CheckResult>? finished = null,
        TimeProvider? clock = null,
        CancellationToken ct = default
    )
    {
        using var client = Client(server, TestServer.Token);
        var target = new Target(client, token => Client(server, token), "7e57", new Random(1));
        return await new Verification(target, clock ?? new FakeTimeProvider(), Limit, keep).RunAsync(
            checks,
            Profiles.All,
            started ?? (_ => { }),
            finished ?? (_ => { }),
            ct
        );
    }

    static ScimClient Client(TestServer server, string? token) => new(new Uri(server.Url), token, Limit);
}
