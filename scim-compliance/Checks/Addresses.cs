using ScimCompliance.Http;

namespace ScimCompliance.Checks;

/// <summary>Addresses in answers: absolute, or relative to the Tenant URL (RFC 7643 §2.3.7).</summary>
static class Addresses
{
    /// <summary>
    /// The URLs that a location may mean. Some servers write <c>/Users/…</c> or <c>../Users/…</c> for an address below the Tenant URL.
    /// </summary>
    public static IReadOnlyList<Uri> PossibleUrls(this CheckRun run, string location)
    {
        if (Uri.TryCreate(location, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return [url];
        var root = new Uri(run.Target.Client.BaseUrl + "/");
        return [.. new[] { new Uri(root, location), new Uri(root, location.TrimStart('.', '/')) }.Distinct()];
    }

    /// <summary>Expects that the resource can be read at this location.</summary>
    /// <exception cref="NotOffered">The location names another host, which must not get the token.</exception>
    public static async Task ExpectAt(this CheckRun run, CreatedResource made, string location)
    {
        var urls = run.PossibleUrls(location);
        if (urls[0].Authority != new Uri(run.Target.Client.BaseUrl).Authority)
            throw new NotOffered($"{location} names another host than the Tenant URL; the token is not sent there");
        foreach (var url in urls.SkipLast(1))
            if ((await run.Get(url.AbsoluteUri)) is { Status: 200 } found && found["id"].Text() == made.Id)
                return;
        (await run.Get(urls[^1].AbsoluteUri)).Expect(200).Is("id", made.Id);
    }
}
