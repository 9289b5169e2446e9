using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Directory.Attributes;

/// <summary>Reads and changes the roles of the application, for all connections.</summary>
sealed class RoleUseCases(ServerRulesChange rules)
{
    const string Target = "Roles";

    public async Task<RolesBody> GetAsync(CancellationToken ct) => RolesBody.Of((await rules.ReadAsync(ct)).Roles);

    /// <exception cref="ProblemException">400; 403.</exception>
    public async Task<RolesBody> ReplaceAsync(RolesBody request, CancellationToken ct)
    {
        var before = await rules.LockAsync(ct);
        var next = before with { Roles = [.. request.Roles!.Select(role => role.ToRole())] };
        if (Role.Check(next.Roles) is { Count: > 0 } errors)
            throw ProblemException.Invalid(errors.Texts(error => error.Field));
        var (old, shown) = (RolesBody.Of(before.Roles), RolesBody.Of(next.Roles));
        if (!SameJson.Are(old, shown))
            await rules.SaveAsync(next, AuditAction.RolesUpdated, Target, old, shown, ct);
        return shown;
    }
}
