using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace ScimProvisioning.Hosting;

/// <summary>
/// The configuration list "TrustedProxies": addresses and networks whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are
/// trusted. Any client can send these headers, so they are ignored from all other addresses.
/// </summary>
static class TrustedProxies
{
    const string Key = "TrustedProxies";

    /// <summary>Must run before anything that reads the client's address.</summary>
    /// <exception cref="StartupException">An entry is neither an address nor a network.</exception>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var list = app.Configuration.GetSection(Key);
        if (!string.IsNullOrWhiteSpace(list.Value))
            throw new StartupException($"{Key} is a list: write {Key}__0={list.Value}, and further entries as {Key}__1 and so on.");
        var trusted = list.GetChildren().Where(entry => !string.IsNullOrWhiteSpace(entry.Value)).Select(Network).ToList();
        if (trusted.Count == 0)
            return;
        // No limit: behind a chain of proxies the client is the last address that is not a proxy.
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        // ASP.NET trusts loopback by default. Here only the listed addresses are trusted.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in trusted)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    static IPNetwork Network(IConfigurationSection entry) =>
        AddressBlock.Normalise(entry.Value!.Trim()) is { } block
            ? IPNetwork.Parse(block)
            : throw new StartupException(
                $"{Key}__{entry.Key} must be an address (10.0.0.7) or a network (10.0.0.0/8); it is '{entry.Value}'."
            );
}
