namespace ScimProvisioning;

/// <summary>How the portal looks, where it leads back to and who may embed it, from <c>Portal:*</c>.</summary>
sealed class PortalOptions
{
    /// <summary>The name of the product that the portal belongs to.</summary>
    public string ProductName { get; set; } = "ScimProvisioning";

    /// <summary>The https address of its logo; <c>null</c>: only the name is shown.</summary>
    public string? LogoUrl { get; set; }

    /// <summary>Origins that the return address of a link may have, such as <c>https://app.example.com</c>.</summary>
    public IList<string> ReturnOrigins { get; set; } = [];

    /// <summary>Origins whose pages may show the portal in a frame; none: nobody may.</summary>
    public IList<string> FrameOrigins { get; set; } = [];

    public OperatorSignIn OpenIdConnect { get; } = new();

    /// <summary>Whether links of this kind may lead back to this address.</summary>
    public bool MayReturnTo(string address) => OriginOf(address) is { } origin && ReturnOrigins.Any(listed => OriginOf(listed) == origin);

    /// <param name="isHttps">Whether browsers reach the server by https.</param>
    /// <exception cref="StartupException">A setting is no address of the kind it must be.</exception>
    public void Check(bool isHttps)
    {
        foreach (var origin in ReturnOrigins.Concat(FrameOrigins))
            if (OriginOf(origin) is null || new Uri(origin).PathAndQuery != "/")
                throw new StartupException(
                    $"Portal__ReturnOrigins and Portal__FrameOrigins list origins such as https://app.example.com; '{origin}' is none."
                );
        if (FrameOrigins is not [] && !isHttps)
            throw new StartupException(
                "Portal__FrameOrigins needs a PublicUrl that begins with https: browsers send no cookie into a frame otherwise."
            );
        if (LogoUrl is { Length: > 0 } logo && OriginOf(logo) is null)
            throw new StartupException($"Portal__LogoUrl must be an https address; it is '{logo}'.");
        OpenIdConnect.Check();
    }

    /// <summary>Scheme, host and port; <c>null</c> unless it is https, or http to this machine.</summary>
    public static string? OriginOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && url.UserInfo is ""
            ? url.GetLeftPart(UriPartial.Authority)
            : null;
}
