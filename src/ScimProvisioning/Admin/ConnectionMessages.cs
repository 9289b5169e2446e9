using FluentValidation;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Admin;

/// <summary>A connection to be created.</summary>
/// <param name="Name">What people call it, 1 to 200 characters.</param>
/// <param name="OrganizationId">The organization it belongs to; without one, the default organization.</param>
/// <param name="Provider">The identity provider that will push: entra_id (the default), okta, onelogin, jumpcloud, ping, google or custom.</param>
sealed record CreateConnectionRequest(string? Name, Guid? OrganizationId, string? Provider)
{
    public const string DefaultProvider = "entra_id";

    public static readonly IReadOnlyList<string> Providers =
        [DefaultProvider, "okta", "onelogin", "jumpcloud", "ping", "google", "custom"];
}

/// <inheritdoc/>
sealed class CreateConnectionValidator : AbstractValidator<CreateConnectionRequest>
{
    public CreateConnectionValidator()
    {
        RuleFor(request => request.Name).NotEmpty().WithMessage("Must not be empty.").IsPlainText();
        RuleFor(request => request.Provider).Must(provider => provider is null || CreateConnectionRequest.Providers.Contains(provider))
            .WithMessage($"Must be one of: {string.Join(", ", CreateConnectionRequest.Providers)}.");
    }
}

/// <summary>A connection as the admin sees it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Key">What stands in the Tenant URL.</param>
/// <param name="Name">What people call it.</param>
/// <param name="OrganizationId">The organization it belongs to.</param>
/// <param name="Provider">The identity provider.</param>
/// <param name="State">pending, active, paused, disconnected or deleted.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider.</param>
/// <param name="Settings">What it does where clients disagree.</param>
/// <param name="CreatedAt">When it was created.</param>
sealed record ConnectionResponse(
    Guid Id,
    string Key,
    string Name,
    Guid OrganizationId,
    string Provider,
    string State,
    string TenantUrl,
    ConnectionSettings Settings,
    DateTime CreatedAt)
{
    public static ConnectionResponse Of(Connection row, PublicUrl url) =>
        new(row.Id, row.Key, row.Name, row.OrganizationId, row.Provider, row.State, url.Of(row.Key), row.Settings, row.CreatedAt.UtcDateTime);
}
