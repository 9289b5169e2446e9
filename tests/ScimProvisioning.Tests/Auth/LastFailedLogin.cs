using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth;

/// <summary>What the admin reads of a login that failed, once it has been noted.</summary>
static class LastFailedLogin
{
    public static async Task<string?> ReasonAsync(ScimServer server, Guid connection) =>
        (string?)(await OfAsync(server, connection))["reason"];

    public static async Task<JsonNode> OfAsync(ScimServer server, Guid connection)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            var (_, page) = await server.Send(HttpMethod.Get, $"/connections/{connection}/failed-logins");
            if (page!["data"]!.AsArray() is [var last, ..])
                return last!;
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), "no failed login was noted");
        }
    }
}
