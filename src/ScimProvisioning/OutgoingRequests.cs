using Microsoft.Security.AntiSSRF;

namespace ScimProvisioning;

/// <summary>
/// Requests to addresses that admins of customers have entered, from <c>OutgoingRequests:*</c>. Such an address could lead to what only the
/// server can reach: itself, its neighbours, the metadata of its cloud.
/// </summary>
sealed class OutgoingRequests
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Addresses (10.0.0.7) and networks (10.0.0.0/8) that may be reached although they are private or local; 0.0.0.0/0 and ::/0 together
    /// allow all.
    /// </summary>
    public IList<string> AllowedNetworks { get; set; } = [];

    /// <summary>
    /// Resolves names itself and connects to the very address that it has checked. It uses no proxy, which would do both by itself. A
    /// request to an address that is not allowed ends as an <see cref="HttpRequestException"/>.
    /// </summary>
    /// <param name="plainHttp">Whether http addresses are allowed beside https.</param>
    /// <exception cref="StartupException">An entry is neither an address nor a network.</exception>
    public HttpMessageHandler Guard(bool plainHttp)
    {
        var policy = new AntiSSRFPolicy(PolicyConfigOptions.ExternalOnlyLatest) { AddXFFHeader = false, AllowPlainTextHttp = plainHttp };
        policy.AddAllowedAddresses([.. Networks()]);
        var handler = policy.GetHandler();
        // A redirect would lead to an address that nobody has entered.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.ConnectTimeout = ConnectTimeout;
        handler.PooledConnectionLifetime = ConnectionLife;
        return handler;
    }

    /// <exception cref="StartupException">An entry is neither an address nor a network.</exception>
    public IEnumerable<string> Networks() =>
        AllowedNetworks
            .Where(entry => !string.IsNullOrWhiteSpace(entry))
            .Select(
                (entry, i) =>
                    AddressBlock.Normalise(entry.Trim())
                    ?? throw new StartupException(
                        $"OutgoingRequests__AllowedNetworks__{i} must be an address (10.0.0.7) or a network (10.0.0.0/8); it is '{entry}'."
                    )
            );
}
