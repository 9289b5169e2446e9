using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.AdminKeys;

/// <summary>The admin who makes a change: by the admin API, by the command line, or the server itself.</summary>
/// <param name="Actor">Written to the audit log and the change log, such as <c>admin-key:{id}</c>, <c>cli:{user}</c> or
/// <c>server</c>.</param>
/// <param name="KeyId">The admin key; <c>null</c> for the command line and the server, which need none.</param>
/// <param name="CanWrite">Whether it may change anything.</param>
/// <param name="OrganizationId">The only organization it acts for; <c>null</c>: all.</param>
sealed record CurrentAdmin(string Actor, Guid? KeyId, bool CanWrite, Guid? OrganizationId)
{
    /// <summary>An application: it reads the directory and writes its own data there, and reaches nothing else.</summary>
    public bool IsApp { get; init; }

    public Reach Reach => OrganizationId is { } organization ? Reach.Organization(organization) : Reach.Everything;

    /// <summary>The admin whose key the request carries.</summary>
    public static CurrentAdmin Of(HttpContext http) =>
        http.Features.Get<CurrentAdmin>() ?? throw new InvalidOperationException("An admin endpoint lacks its authorization policy.");
}
