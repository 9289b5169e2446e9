using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.AdminKeys;

/// <summary>Who changes something by the admin API, by the command line, or as the server itself.</summary>
/// <param name="Actor">Written to the audit log and to events, such as <c>admin-key:{id}</c>, <c>cli:{user}</c> or <c>server</c>.</param>
/// <param name="KeyId">The admin key; <c>null</c> for those who need none.</param>
/// <param name="CanWrite">Whether it may change anything.</param>
/// <param name="OrganizationId">The only organization it acts for; <c>null</c>: all.</param>
sealed record CurrentAdmin(string Actor, Guid? KeyId, bool CanWrite, Guid? OrganizationId)
{
    public Reach Reach => OrganizationId is { } organization ? Reach.Organization(organization) : Reach.Everything;

    /// <summary>Whose key the request carries.</summary>
    public static CurrentAdmin Of(HttpContext http) =>
        http.Features.Get<CurrentAdmin>() ?? throw new InvalidOperationException("An admin endpoint lacks its authorization policy.");
}
