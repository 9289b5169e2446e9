using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace ScimProvisioning;

/// <summary>
/// Sign-in of operators by an OpenID provider, from <c>Portal:OpenIdConnect:*</c>. It is off unless all of it is set; the scopes alone may
/// be left out.
/// </summary>
sealed class OperatorSignIn
{
    const string Section = "Portal__OpenIdConnect__";

    /// <summary>The provider, such as <c>https://login.microsoftonline.com/{tenant}/v2.0</c>; its metadata is below it.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary>The claim of the ID token that tells operators from others, such as <c>roles</c>.</summary>
    public string? RoleClaim { get; set; }

    /// <summary>Who has one of these values in it is an operator.</summary>
    public IList<string> RoleValues { get; set; } = [];

    /// <summary>Scopes to ask for beside <c>openid</c>, if the provider gives the claim only then.</summary>
    public IList<string> Scopes { get; set; } = [];

    public bool IsOn => !string.IsNullOrEmpty(Authority);

    /// <summary>Changes with whom the settings let in: sessions of earlier settings have ended.</summary>
    public string Version =>
        field ??= Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', (string?[])[Authority, ClientId, RoleClaim, .. RoleValues])))
        );

    public bool IsOperator(ClaimsPrincipal user) => user.Claims.Any(claim => claim.Type == RoleClaim && RoleValues.Contains(claim.Value));

    /// <exception cref="StartupException">Something is missing, or the provider is no https address.</exception>
    public void Check()
    {
        (string Name, string? Value)[] needed =
        [
            (nameof(Authority), Authority),
            (nameof(ClientId), ClientId),
            (nameof(ClientSecret), ClientSecret),
            (nameof(RoleClaim), RoleClaim),
            (nameof(RoleValues) + "__0", RoleValues.FirstOrDefault(value => value is not "")),
        ];
        var missing = needed.Where(setting => string.IsNullOrEmpty(setting.Value)).Select(setting => Section + setting.Name).ToList();
        if (missing.Count == needed.Length)
            return;
        if (missing is not [])
            throw new StartupException($"Operators cannot sign in with OpenID Connect without {string.Join(", ", missing)}.");
        if (PortalOptions.OriginOf(Authority!) is null)
            throw new StartupException($"{Section}{nameof(Authority)} must be an https address; it is '{Authority}'.");
    }
}
