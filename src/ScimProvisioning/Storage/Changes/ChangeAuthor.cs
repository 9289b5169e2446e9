namespace ScimProvisioning.Storage.Changes;

/// <summary>Who has made a change, as the change log names him.</summary>
static class ChangeAuthor
{
    static readonly string[] OfIdentityProvider = ["token:", "oauth-client:", "entra:"];

    /// <summary>True for the credentials of identity providers; else it was an admin, or the server for him.</summary>
    public static bool IsIdentityProvider(string actor) => OfIdentityProvider.Any(kind => actor.StartsWith(kind, StringComparison.Ordinal));
}
