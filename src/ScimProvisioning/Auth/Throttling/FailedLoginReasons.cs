using System.Collections.Frozen;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>Explains to the admin what the reason of a failed login means, and what to do.</summary>
static class FailedLoginReasons
{
    static readonly FrozenDictionary<string, string> Messages = Enum.GetValues<FailedLoginReason>()
        .ToFrozenDictionary(FailedLoginLog.Name, Explain);

    // A newer server beside this one may know more reasons.
    public static string Explain(string reason) => Messages.GetValueOrDefault(reason, "The login was refused.");

    /// <summary>The message of a reason, for whoever reads another language.</summary>
    public static Statement Said(string reason, string message) => new($"login.{reason}", message);

    static string Explain(FailedLoginReason reason) =>
        reason switch
        {
            FailedLoginReason.Missing =>
                "The request carried no token: enter a token of this connection as Secret Token at the identity provider. "
                    + "A browser that opens the Tenant URL ends here, too.",
            FailedLoginReason.Unknown =>
                "The token was not made by this server, or not all of it arrived: often a part was lost when it was copied. "
                    + "Make a new token and enter the whole of it as Secret Token.",
            FailedLoginReason.AdminKey => "An admin key was entered as Secret Token. It opens the admin API, not SCIM: "
                + "make a token of this connection and enter that. The admin key has been told to others: replace it, too.",
            FailedLoginReason.Expired =>
                "The token, or the secret of the OAuth client, has expired. Make a new one and enter it at the identity provider.",
            FailedLoginReason.Revoked => "The token, or the OAuth client or its secret, was revoked. "
                + "If that was meant, enter another one at the identity provider; the address tells which client still uses it.",
            FailedLoginReason.WrongConnection =>
                "The token belongs to another connection than the Tenant URL. Enter the Tenant URL and a token of the same connection.",
            FailedLoginReason.AddressNotAllowed => "The token was sent from an address that the connection does not allow. "
                + "If it is one of your identity provider, add it to allowedAddresses; otherwise the token may be stolen: revoke it.",
            FailedLoginReason.Disabled =>
                "The connection is disabled. Enable it when it should be used again; tokens and data are as they were.",
            FailedLoginReason.Disconnected => "The connection is disconnected and its tokens are revoked. "
                + "Reconnect it and enter a new token as Secret Token, or stop provisioning at the identity provider.",
            FailedLoginReason.EntraTokensNotAccepted => "Entra sent a token of its own, as it does when its Secret Token field is blank. "
                + "Enter a secret token there, or set the connection's entraTenantId and the setting acceptEntraTokens.",
            FailedLoginReason.WrongIssuer =>
                "The token was issued by another party than the connection trusts, such as another Entra tenant. "
                    + "Compare the tenant id in Entra with the connection's entraTenantId, or with the issuer of the OAuth client.",
            FailedLoginReason.WrongAudience =>
                "The token was issued for another audience. One of Entra's own has the template id of non-gallery applications as its "
                    + "audience (Entra__Audiences); an assertion must have the audience of its OAuth client.",
            FailedLoginReason.WrongSignature => "The token is not signed by the issuer that it names. It is forged, "
                + "or it comes from another cloud than the one whose keys are configured (Entra__MetadataAddress).",
            FailedLoginReason.WrongSecret =>
                "The OAuth client sent a secret that is none of its own: often a part was lost when it was copied. "
                    + "Make a new secret and enter it at the identity provider.",
            FailedLoginReason.WrongAssertion =>
                "The assertion does not stand for this OAuth client: its subject is another, it is not signed with RS256, or the "
                    + "client uses a secret. Compare the claims with those of the client.",
            _ => throw new InvalidOperationException($"{reason} lacks a message."),
        };
}
