using ScimCompliance.Wire;

namespace ScimCompliance.Checks;

/// <summary>Addresses that a server tells: absolute, or relative to the Tenant URL (RFC 7643 §2.3.7).</summary>
static class Addresses
{
    /// <summary>What it may mean. Some write <c>/Users/…</c> or <c>../Users/…</c> and mean below the Tenant URL too.</summary>
    public static IReadOnlyList<Uri> Meant(this Trial t, string location)
    {
        if (Uri.TryCreate(location, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return [url];
        var root = new Uri(t.Target.Client.BaseUrl + "/");
        return [.. new[] { new Uri(root, location), new Uri(root, location.TrimStart('.', '/')) }.Distinct()];
    }

    /// <summary>Expects the resource there.</summary>
    /// <exception cref="NotOffered">It is another host's: the token goes to the one it is for, whatever an answer says.</exception>
    public static async Task Leads(this Trial t, Made made, string location)
    {
        var urls = t.Meant(location);
        if (urls[0].Authority != new Uri(t.Target.Client.BaseUrl).Authority)
            throw new NotOffered($"{location} names another host than the Tenant URL; the token is not sent there");
        foreach (var url in urls.SkipLast(1))
            if ((await t.Get(url.AbsoluteUri)) is { Status: 200 } found && found["id"].Text() == made.Id)
                return;
        (await t.Get(urls[^1].AbsoluteUri)).Expect(200).Is("id", made.Id);
    }
}
