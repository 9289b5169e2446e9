using FluentValidation;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Keys;

/// <summary>An admin key to be made.</summary>
/// <param name="Label">What people call it, 1 to 200 characters.</param>
/// <param name="Scope">full (the default); read for a key that changes nothing; app for an application: it reads people, groups and
/// events, and writes its own data of them.</param>
/// <param name="OrganizationId">The only organization whose connections it may see and change; when absent, all.</param>
sealed record CreateAdminKeyRequest(string? Label, string? Scope, Guid? OrganizationId);

/// <inheritdoc/>
sealed class CreateAdminKeyValidator : AbstractValidator<CreateAdminKeyRequest>
{
    public CreateAdminKeyValidator()
    {
        RuleFor(request => request.Label).NotEmpty().WithMessage("Must not be empty.").IsShortText();
        RuleFor(request => request.Scope)
            .Must(scope => scope is null or AdminKey.Full or AdminKey.Read or AdminKey.App)
            .WithMessage("Must be one of: full, read, app.");
    }
}

/// <summary>A new admin key. This answer is the only one that carries <paramref name="Key"/>.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Key">The secret itself.</param>
/// <param name="Hint">The first and last characters of the key.</param>
/// <param name="Scope">full, read or app.</param>
/// <param name="OrganizationId">The only organization whose connections it may see and change; null: all.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The actor that made it, such as admin-key:{id}.</param>
sealed record CreatedAdminKeyResponse(
    Guid Id,
    string? Label,
    string Key,
    string Hint,
    string Scope,
    Guid? OrganizationId,
    DateTime CreatedAt,
    string CreatedBy
)
{
    public static CreatedAdminKeyResponse Of(AdminKey row, string key) =>
        new(row.Id, row.Label, key, row.Hint, row.Scope, row.OrganizationId, row.CreatedAt.UtcDateTime, row.CreatedBy);
}

/// <summary>An admin key without its secret.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Hint">The first and last characters of the key; null for the configured one.</param>
/// <param name="Scope">full, read or app.</param>
/// <param name="OrganizationId">The only organization whose connections it may see and change; null: all.</param>
/// <param name="Source">stored, or configuration for the key in Admin__ApiKey.</param>
/// <param name="CreatedAt">When it was made; null for the configured one.</param>
/// <param name="CreatedBy">The actor that made it, such as admin-key:{id}; null for the configured one.</param>
/// <param name="LastUsedAt">When it was last used, to the minute; null for the configured one.</param>
/// <param name="RevokedAt">When it was revoked.</param>
sealed record AdminKeyResponse(
    Guid Id,
    string? Label,
    string? Hint,
    string Scope,
    Guid? OrganizationId,
    string Source,
    DateTime? CreatedAt,
    string? CreatedBy,
    DateTime? LastUsedAt,
    DateTime? RevokedAt
)
{
    public static readonly AdminKeyResponse Configured = new(
        AdminKeyStore.ConfiguredId,
        "Admin__ApiKey",
        null,
        AdminKey.Full,
        null,
        "configuration",
        null,
        null,
        null,
        null
    );

    public static AdminKeyResponse Of(AdminKey row) =>
        new(
            row.Id,
            row.Label,
            row.Hint,
            row.Scope,
            row.OrganizationId,
            "stored",
            row.CreatedAt.UtcDateTime,
            row.CreatedBy,
            row.LastUsedAt?.UtcDateTime,
            row.RevokedAt?.UtcDateTime
        );
}
