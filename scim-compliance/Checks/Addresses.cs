using ScimCompliance.Http;

namespace ScimCompliance.Checks;

/// <summary>Addresses that a server tells: absolute, or relative to the Tenant URL (RFC 7643 §2.3.7).</summary>
static class Addresses
{
    /// <summary>What it may mean. Some write <c>/Users/…</c> or <c>../Users/…</c> and mean below the Tenant URL too.</summary>
    public static IReadOnlyList<Uri> PossibleUrls(this CheckRun run, string location)
    {
        if (Uri.TryCreate(location, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return [url];
        var root = new Uri(run.Target.Client.BaseUrl + "/");
        return [.. new[] { new Uri(root, location), new Uri(root, location.TrimStart('.', '/')) }.Distinct()];
    }

    /// <summary>Expects the resource there.</summary>
    /// <exception cref="NotOffered">It is another host's: the token goes to the one it is for, whatever an answer says.</exception>
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
