using ScimCompliance.Checks;
using ScimCompliance.Tests.BrokenServer;
using ScimCompliance.Verify;
using ScimCompliance.Wire;

namespace ScimCompliance.Tests;

/// <summary>Runs checks as the verb <c>verify</c> does.</summary>
static class Run
{
    public static Task<Verified> AllAsync(TestServer server) => ChecksAsync(server, Catalogue.All);

    public static async Task<Verified> ChecksAsync(TestServer server, IReadOnlyList<Check> checks, bool keep = false, Action<Check>? started = null, CancellationToken ct = default)
    {
        using var client = Client(server, TestServer.Token);
        var target = new Target(client, token => Client(server, token), "7e57", new Random(1));
        return await new Verification(target, TimeProvider.System, TimeSpan.FromSeconds(20), keep).RunAsync(checks, Profiles.All, started ?? (_ => { }), _ => { }, ct);
    }

    static ScimClient Client(TestServer server, string? token) => new(new Uri(server.Url), token, TimeSpan.FromSeconds(10));
}
