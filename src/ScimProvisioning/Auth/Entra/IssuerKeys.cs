using System.Collections.Concurrent;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ScimProvisioning.Auth.Entra;

/// <summary>
/// The public keys of token issuers, by the address of their OpenID metadata: fetched when needed and kept; the library refreshes them in
/// time.
/// </summary>
sealed partial class IssuerKeys(EntraOptions options, OutgoingRequests outgoing, TimeProvider clock, ILogger<IssuerKeys> log) : IDisposable
{
    const int Capacity = 1_000;
    const int LargestDocument = 1024 * 1024;

    // An issuer that does not answer is asked again after the first. A token with an unknown key makes the server ask again after the
    // second.
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenRefreshes = TimeSpan.FromSeconds(10);

    // With a refresh in the background the first token of a new key would be refused. The library reads the switch once, at its first use.
    static IssuerKeys() => AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);

    // To the addresses in the server's own settings. A redirect could lead to one that is not.
    readonly HttpClient _configured = Client(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) }
    );

    // To the issuers of OAuth clients, which the admin of a customer may enter.
    readonly HttpClient _guarded = Client(outgoing.Guard(plainHttp: options.AllowsPlainHttp));

    readonly ConcurrentDictionary<string, Issuer> _issuers = [];

    /// <summary>The metadata and keys for JwtBearer, which reads them and never has them fetched again.</summary>
    public IConfigurationManager<OpenIdConnectConfiguration> ManagerOf(string metadataAddress) =>
        new ReadOnlyManager(IssuerAt(metadataAddress));

    /// <summary>The keys of the issuer; fetched again when this one is not among them.</summary>
    /// <param name="keyId">The <c>kid</c> of the token.</param>
    /// <exception cref="UnavailableException">They cannot be fetched.</exception>
    public async Task<ICollection<SecurityKey>> FindAsync(string metadataAddress, string? keyId, CancellationToken ct)
    {
        var issuer = IssuerAt(metadataAddress);
        try
        {
            var keys = (await issuer.Metadata.GetConfigurationAsync(ct)).SigningKeys;
            if (keyId is null || keys.Any(key => key.KeyId == keyId))
                return keys;
            issuer.RefreshIfDue(clock);
            return (await issuer.Metadata.GetConfigurationAsync(ct)).SigningKeys;
        }
        catch (InvalidOperationException e)
        {
            NotFetched(metadataAddress, e.GetBaseException().Message);
            throw new UnavailableException("The keys of the token's issuer cannot be fetched at the moment. Try again.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _configured.Dispose();
        _guarded.Dispose();
    }

    static HttpClient Client(HttpMessageHandler handler) =>
        new(handler) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = LargestDocument };

    Issuer IssuerAt(string metadataAddress)
    {
        if (_issuers.Count >= Capacity)
            _issuers.Clear();
        return _issuers.GetOrAdd(
            metadataAddress,
            address =>
                new(
                    new(
                        address,
                        new OpenIdConnectConfigurationRetriever(),
                        // This holds for the address of the keys too, which the metadata names.
                        new HttpDocumentRetriever(options.IsConfigured(address) ? _configured : _guarded)
                        {
                            RequireHttps = !address.StartsWith("http:", StringComparison.OrdinalIgnoreCase),
                        }
                    )
                    {
                        RefreshInterval = BetweenTries,
                        // With the keys of an earlier document, a token whose key was withdrawn would still be accepted.
                        UseLastKnownGoodConfiguration = false,
                    }
                )
        );
    }

    sealed class Issuer(ConfigurationManager<OpenIdConnectConfiguration> metadata)
    {
        readonly Lock _gate = new();
        long? _refreshed;

        public ConfigurationManager<OpenIdConnectConfiguration> Metadata => metadata;

        /// <summary>Has the next read fetch the keys again. Under the lock, so that a second request does not read the old keys.</summary>
        public void RefreshIfDue(TimeProvider clock)
        {
            lock (_gate)
            {
                if (_refreshed is { } since && clock.GetElapsedTime(since) < BetweenRefreshes)
                    return;
                _refreshed = clock.GetTimestamp();
                metadata.RequestRefresh();
            }
        }
    }

    // With a manager of the library's own type, JwtBearer asks for a refresh after each token with an unknown key: once a second.
    sealed class ReadOnlyManager(Issuer issuer) : IConfigurationManager<OpenIdConnectConfiguration>
    {
        public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) =>
            issuer.Metadata.GetConfigurationAsync(cancel);

        public void RequestRefresh() { }
    }

    [LoggerMessage(1, LogLevel.Warning, "The keys of {Metadata} cannot be fetched ({Reason}): tokens of this issuer are answered 503")]
    partial void NotFetched(string metadata, string reason);
}
