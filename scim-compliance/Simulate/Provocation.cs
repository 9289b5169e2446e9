using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>What an operator wants to see in a server's own records, sent on purpose.</summary>
enum Provocation
{
    /// <summary>Test Connection with a token that is none.</summary>
    WrongToken,

    /// <summary>Users that a server must refuse: they have no userName.</summary>
    RefusedUsers,

    /// <summary>Entra's Account Discovery: everything is read, page by page, and nothing written.</summary>
    Discovery,
}

/// <summary>Sends a provocation and says whether the server has answered as it should.</summary>
/// <param name="stranger">The same server without a credential that it knows.</param>
sealed class Provoked(ScimClient client, ScimClient stranger, Random random)
{
    const int PageSize = 100;

    /// <param name="times">How often; a discovery reads everything so often.</param>
    /// <returns>What was sent and came back, and whether that is right.</returns>
    public async Task<(string Said, bool IsGood)> RunAsync(Provocation what, int times, CancellationToken ct)
    {
        var (good, requests) = (0, 0);
        for (var i = 0; i < times; i++)
            if (what is Provocation.Discovery)
                requests += await WalkAsync(ResourceKind.User, ct) + await WalkAsync(ResourceKind.Group, ct);
            else
            {
                var reply =
                    what is Provocation.WrongToken
                        ? await new EntraRequests(stranger).Probe(random.NextGuid(), ct)
                        : await client.SendAsync("POST", ResourceKind.User.Collection, $$"""{"displayName":"Nobody {{i}}"}""", [], ct);
                requests++;
                // After many wrong tokens a server may hold the client back.
                if (reply.Status is 401 or 429 && what is Provocation.WrongToken || reply.Status is 400 && what is Provocation.RefusedUsers)
                    good++;
            }
        return what is Provocation.Discovery
            ? ($"{requests} pages were read.", true)
            : ($"{good} of {requests} requests were refused as they should be.", good == requests);
    }

    /// <returns>How many pages there were.</returns>
    /// <exception cref="CannotRun">A page cannot be read.</exception>
    async Task<int> WalkAsync(ResourceKind kind, CancellationToken ct)
    {
        for (var (pages, start) = (1, 1); ; pages++)
        {
            var query = $"startIndex={start}&count={PageSize}{(kind.Query is "" ? "" : "&" + kind.Query)}";
            var page = await client.SendAsync("GET", $"{kind.Collection}?{query}", null, [], ct);
            if (page.Status is not 200)
                throw new CannotRun($"A page of {kind.Collection} cannot be read: {page.Summary}.");
            start += page.Resources.Count;
            if (page.Resources.Count == 0 || start > page.TotalResults)
                return pages;
        }
    }
}
