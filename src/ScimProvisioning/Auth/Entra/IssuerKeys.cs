using System.Collections.Concurrent;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ScimProvisioning.Auth.Entra;

/// <summary>The public keys of token issuers, by the address of their OpenID metadata: fetched when needed, kept, and fetched again in time by the library.</summary>
sealed partial class IssuerKeys(TimeProvider clock, ILogger<IssuerKeys> log) : IDisposable
{
    const int Capacity = 1_000;
    const int LargestDocument = 1024 * 1024;

    // An issuer that is away is asked again after the first; whoever makes up names of keys makes us ask after the second.
    static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenRefreshes = TimeSpan.FromSeconds(10);

    // A refresh that runs in the background would refuse the first token of a new key. The library reads the switch once, at its first use.
    static IssuerKeys() => AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);

    // Redirects would lead where no admin has pointed to.
    readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) }
    )
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LargestDocument,
    };

    readonly ConcurrentDictionary<string, Issuer> _issuers = [];

    /// <summary>The library's keeper of the keys.</summary>
    public ConfigurationManager<OpenIdConnectConfiguration> Of(string metadataAddress) => Find(metadataAddress).Metadata;

    /// <summary>The keys of the issuer; fetched anew when this one is not among them.</summary>
    /// <param name="keyId">The <c>kid</c> of the token.</param>
    /// <exception cref="UnavailableException">They cannot be had.</exception>
    public async Task<ICollection<SecurityKey>> FindAsync(string metadataAddress, string? keyId, CancellationToken ct)
    {
        var issuer = Find(metadataAddress);
        try
        {
            var keys = (await issuer.Metadata.GetConfigurationAsync(ct)).SigningKeys;
            if (keyId is null || keys.Any(key => key.KeyId == keyId))
                return keys;
            if (issuer.MayRefresh(clock))
                issuer.Metadata.RequestRefresh();
            return (await issuer.Metadata.GetConfigurationAsync(ct)).SigningKeys;
        }
        catch (InvalidOperationException e)
        {
            NotFetched(metadataAddress, e.GetBaseException().Message);
            throw new UnavailableException("The keys of the token's issuer cannot be fetched at the moment. Try again.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    Issuer Find(string metadataAddress)
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
                        // Also of the address of the keys, which the metadata names.
                        new HttpDocumentRetriever(_http)
                        {
                            RequireHttps = !address.StartsWith("http:", StringComparison.OrdinalIgnoreCase),
                        }
                    )
                    {
                        RefreshInterval = BetweenTries,
                        // The keys of an earlier document would still accept a token whose key was withdrawn.
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

        public bool MayRefresh(TimeProvider clock)
        {
            lock (_gate)
            {
                if (_refreshed is { } since && clock.GetElapsedTime(since) < BetweenRefreshes)
                    return false;
                _refreshed = clock.GetTimestamp();
                return true;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The keys of {Metadata} cannot be fetched ({Reason}): tokens of this issuer are answered 503")]
    partial void NotFetched(string metadata, string reason);
}
