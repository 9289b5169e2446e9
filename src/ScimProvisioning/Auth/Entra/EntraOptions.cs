namespace ScimProvisioning.Auth.Entra;

/// <summary>
/// Issuers, audiences and keys of the tokens that Entra issues, from <c>Entra:*</c>. The defaults are those of the public cloud;
/// <c>{tenantId}</c> stands for the Entra tenant.
/// </summary>
sealed class EntraOptions
{
    const string Tenant = "{tenantId}";
    const string WellKnown = "/.well-known/openid-configuration";

    // The application template of non-gallery applications: in the public cloud (from Microsoft's page
    // use-scim-to-provision-users-and-groups), for the US government, and in China.
    static readonly string[] Templates =
    [
        "8adf8e6e-67b2-4cf2-a259-e3dc5476c621",
        "4602d0b4-76bb-404b-bca9-2652e1a39c6d",
        "5a532e38-1581-4918-9658-008dc27c1d68",
    ];

    /// <summary>The metadata, with the keys, of the tokens that Entra sends when its Secret Token field is blank.</summary>
    public string MetadataAddress { get; set; } = "https://login.microsoftonline.com/common" + WellKnown;

    /// <summary>Their <c>iss</c>.</summary>
    public string Issuer { get; set; } = $"https://sts.windows.net/{Tenant}/";

    /// <summary>Their <c>aud</c> must be one of these; none given: those of Microsoft's clouds.</summary>
    public IList<string> Audiences { get; set; } = [];

    /// <summary>The <c>iss</c> of assertions (workload identity federation) when a client names no issuer.</summary>
    public string FederationIssuer { get; set; } = $"https://login.microsoftonline.com/{Tenant}/v2.0";

    /// <summary>
    /// The metadata, with the keys, of that issuer. The metadata of other issuers is below their own URL (OpenID Connect Discovery §4).
    /// </summary>
    public string FederationMetadataAddress { get; set; } = $"https://login.microsoftonline.com/{Tenant}/v2.0{WellKnown}";

    public IEnumerable<string> AcceptedAudiences => Audiences is [] ? Templates : Audiences;

    /// <summary>The Entra tenant of an <c>iss</c>; <c>null</c> when it is no issuer of Entra's.</summary>
    public Guid? TenantOf(string? issuer) => TenantIn(Issuer, issuer);

    /// <summary>The issuer of the assertions of an Entra tenant.</summary>
    public string FederationIssuerOf(Guid tenant) => FillIn(FederationIssuer, tenant);

    /// <summary>
    /// Whether an admin may let clients log in with tokens of this issuer: its keys must come over https, unless the configured metadata
    /// comes over http too (a test, a closed network).
    /// </summary>
    public bool MayFederate(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var url)
        && url.Query is ""
        && url.Fragment is ""
        && url.UserInfo is ""
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && AllowsPlainHttp));

    /// <summary>Whether the configured metadata comes over http: then that of other issuers may, too.</summary>
    public bool AllowsPlainHttp => new Uri(FederationMetadataAddress).Scheme == Uri.UriSchemeHttp;

    /// <summary>Whether an address of metadata is one of this server's settings, and not the issuer of an OAuth client.</summary>
    public bool IsConfigured(string metadataAddress) =>
        metadataAddress == MetadataAddress || TenantIn(FederationMetadataAddress, metadataAddress) is not null;

    /// <summary>The address of the metadata, with the keys, of an issuer of assertions.</summary>
    public string MetadataOf(string federationIssuer) =>
        TenantIn(FederationIssuer, federationIssuer) is { } tenant
            ? FillIn(FederationMetadataAddress, tenant)
            : federationIssuer.TrimEnd('/') + WellKnown;

    /// <exception cref="StartupException">A setting is no URL, or names no tenant where it must.</exception>
    public void Check()
    {
        foreach (
            var (name, value, isTemplate) in (ReadOnlySpan<(string, string, bool)>)
                [
                    (nameof(MetadataAddress), MetadataAddress, false),
                    (nameof(Issuer), Issuer, true),
                    (nameof(FederationIssuer), FederationIssuer, true),
                    (nameof(FederationMetadataAddress), FederationMetadataAddress, true),
                ]
        )
        {
            if (
                !Uri.TryCreate(value, UriKind.Absolute, out var url)
                || url.Scheme is not ("http" or "https")
                || value.Split(Tenant).Length != (isTemplate ? 2 : 1)
            )
                throw new StartupException(
                    $"Entra__{name} must be an http or https URL {(isTemplate ? $"with {Tenant} in it once" : $"without {Tenant}")}; "
                        + $"it is '{value}'."
                );
        }
    }

    static string FillIn(string template, Guid tenant) => template.Replace(Tenant, $"{tenant}", StringComparison.Ordinal);

    static Guid? TenantIn(string template, string? text)
    {
        var (before, length) = (template.IndexOf(Tenant, StringComparison.Ordinal), template.Length - Tenant.Length);
        return
            text?.Length == length + 36
            && Guid.TryParseExact(text.AsSpan(before, 36), "D", out var tenant)
            && FillIn(template, tenant) == text
            ? tenant
            : null;
    }
}
