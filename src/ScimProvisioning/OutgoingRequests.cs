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

    // What lies there answers only to the machine itself: link-local addresses, where clouds have their metadata, and other addresses of
    // such services. The last four hold an IPv4 address inside.
    static readonly string[] NeverReached =
    [
        "0.0.0.0/8",
        "169.254.0.0/16",
        "168.63.129.16/32",
        "100.100.100.200/32",
        "192.0.0.192/32",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "fe80::/10",
        "fd00:ec2::/32",
        "fd20:ce::/32",
        "ff00::/8",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    ];

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
        return Handler(policy);
    }

    /// <summary>
    /// The same for addresses that the operator's own admins have entered: it reaches private and local networks too, but for link-local
    /// addresses and the metadata of clouds. Plain http is allowed.
    /// </summary>
    public static HttpMessageHandler GuardOfOperator()
    {
        var policy = new AntiSSRFPolicy(PolicyConfigOptions.None) { AddXFFHeader = false, AllowPlainTextHttp = true };
        policy.AddDeniedAddresses(NeverReached);
        return Handler(policy);
    }

    /// <summary>Whether a request failed because the guard let it not through.</summary>
    // .NET itself refuses 0.0.0.0 and [::], as an argument.
    public static bool IsRefusal(Exception failure) =>
        failure is AntiSSRFException or ArgumentException { ParamName: "hostName" }
        || (failure.InnerException is { } inner && IsRefusal(inner));

    static AntiSSRFHandler Handler(AntiSSRFPolicy policy)
    {
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
