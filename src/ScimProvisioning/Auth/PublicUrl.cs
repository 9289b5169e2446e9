using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ScimProvisioning.Auth;

/// <summary>
/// The URL at which clients reach the server: <c>PublicUrl</c> from the configuration, else the first address that the server is bound to,
/// or would be bound to, when this is a command.
/// </summary>
sealed class PublicUrl(IConfiguration configuration, IServer server)
{
    readonly string? _configured = Configured(configuration["PublicUrl"]);

    /// <summary>Scheme, host and base path, without a slash at the end.</summary>
    public string Root => field ??= _configured ?? Bound();

    /// <summary>Whether <c>PublicUrl</c> is set, and clients come over https.</summary>
    public bool IsHttps => _configured?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>The Tenant URL of a connection.</summary>
    public string Of(string connectionKey) => $"{Root}/scim/v2/{connectionKey}";

    /// <summary>Where OAuth clients get access tokens.</summary>
    public string OfTokens => Root + OAuth.AccessTokenEndpoint.Path;

    static string? Configured(string? configured)
    {
        if (string.IsNullOrEmpty(configured))
            return null;
        if (
            !Uri.TryCreate(configured, UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https")
            || url.Query is not ""
            || url.Fragment is not ""
        )
            throw new StartupException($"PublicUrl must be an absolute http or https URL without a query; it is '{configured}'.");
        return configured.TrimEnd('/');
    }

    string Bound()
    {
        IEnumerable<string> addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } bound
            ? bound
            : ToBeBound();
        var address =
            addresses.Select(BindingAddress.Parse).FirstOrDefault(a => !a.IsUnixPipe && !a.IsNamedPipe)
            ?? throw new InvalidOperationException("The server has no bound address to name itself by: set PublicUrl.");

        // An address that means "all interfaces" cannot be called.
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port, address.PathBase).Uri.AbsoluteUri.TrimEnd('/');
    }

    IEnumerable<string> ToBeBound() =>
        configuration["urls"] is { Length: > 0 } urls
            ? urls.Split(';', StringSplitOptions.RemoveEmptyEntries)
            : (configuration["http_ports"] ?? "5000").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}");
}
