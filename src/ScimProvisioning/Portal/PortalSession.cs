using System.Security.Claims;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Portal;

/// <summary>Who looks at the portal.</summary>
/// <param name="Admin">For the use cases: who acts, and how far.</param>
/// <param name="Connection">The only connection that is shown; <c>null</c>: all within the reach.</param>
/// <param name="ReturnUrl">Where the portal leads back to.</param>
/// <param name="OrganizationName">Of the organization of a link.</param>
/// <param name="IsOperator">Whether this is no customer's link, but an operator.</param>
sealed record PortalSession(
    CurrentAdmin Admin,
    Guid? Connection = null,
    string? ReturnUrl = null,
    string? OrganizationName = null,
    bool IsOperator = false
)
{
    /// <summary>The authentication scheme, whose cookie is sealed.</summary>
    public const string Scheme = "Portal";

    public static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    const string Kind = "kind";
    const string OfLink = "link";
    const string OfKey = "key";
    const string OfOperator = "operator";
    const string Id = "id";
    const string Organization = "organization";
    const string Settings = "settings";
    const string Session = "session";

    /// <summary>For the cookie of somebody who has opened a link.</summary>
    public static ClaimsPrincipal ForLink(Guid organization, Guid link) =>
        Sealed(new(Kind, OfLink), new(Organization, organization.ToString()), new(Id, link.ToString()));

    /// <summary>For the cookie of an operator. Only the hash of the key is in it.</summary>
    public static ClaimsPrincipal ForKey(string key) => Sealed(new(Kind, OfKey), new(Id, Convert.ToHexString(RandomSecret.HashOf(key))));

    /// <summary>For the cookie of an operator whom the OpenID provider knows.</summary>
    /// <param name="subject">By which the provider knows him.</param>
    /// <param name="settings">Those that have let him in.</param>
    public static ClaimsPrincipal ForOperator(string subject, string settings) =>
        Sealed(new(Kind, OfOperator), new(Id, subject), new(Settings, settings));

    /// <summary>The id of the session itself, by which it is ended.</summary>
    public static Guid IdOf(ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(Session), out var id) ? id : Guid.Empty;

    /// <summary>The link of the cookie; <c>null</c>: it is not that of a link.</summary>
    public static (Guid Organization, Guid Link)? LinkOf(ClaimsPrincipal user) =>
        user.FindFirstValue(Kind) == OfLink ? (Guid.Parse(user.FindFirstValue(Organization)!), Guid.Parse(user.FindFirstValue(Id)!)) : null;

    /// <summary>The hash of the admin key of the cookie; <c>null</c>: it is not that of a key.</summary>
    public static byte[]? KeyOf(ClaimsPrincipal user) =>
        user.FindFirstValue(Kind) == OfKey ? Convert.FromHexString(user.FindFirstValue(Id)!) : null;

    /// <summary>The subject of the cookie; <c>null</c>: it is not that of an OpenID provider with these settings.</summary>
    public static string? SubjectOf(ClaimsPrincipal user, string settings) =>
        user.FindFirstValue(Kind) == OfOperator && user.FindFirstValue(Settings) == settings ? user.FindFirstValue(Id) : null;

    static ClaimsPrincipal Sealed(params Claim[] claims) =>
        new(new ClaimsIdentity([.. claims, new(Session, $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}")], Scheme));
}
