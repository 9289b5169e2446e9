using FluentValidation;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Connections;

/// <summary>A connection to be created.</summary>
/// <param name="Name">What people call it, 1 to 200 characters.</param>
/// <param name="OrganizationId">The organization it belongs to; without one, the default organization.</param>
/// <param name="Provider">The identity provider that will push: entra (the default), okta, onelogin, jumpcloud, ping or custom.</param>
/// <param name="EntraTenantId">The Entra tenant that pushes.</param>
/// <param name="EntraAppObjectId">The enterprise application in Entra.</param>
/// <param name="AllowedAddresses">Addresses or CIDR blocks from which SCIM is accepted, up to 100; none: from anywhere.</param>
/// <param name="Settings">What it does where clients disagree; what is absent has its default.</param>
sealed record CreateConnectionRequest(
    string? Name,
    Guid? OrganizationId = null,
    string? Provider = null,
    Guid? EntraTenantId = null,
    Guid? EntraAppObjectId = null,
    IReadOnlyList<string>? AllowedAddresses = null,
    ChangeSettingsRequest? Settings = null
);

/// <inheritdoc/>
sealed class CreateConnectionValidator : AbstractValidator<CreateConnectionRequest>
{
    public CreateConnectionValidator()
    {
        RuleFor(request => request.Name).NotEmpty().WithMessage("Must not be empty.").IsPlainText();
        RuleFor(request => request.Provider).IsProvider();
        RuleFor(request => request.AllowedAddresses).IsFewBlocks();
        RuleForEach(request => request.AllowedAddresses).IsBlock();
    }
}

/// <summary>A change of a connection: what is absent stays.</summary>
sealed record ChangeConnectionRequest
{
    bool _hasEntraTenantId,
        _hasEntraAppObjectId;

    /// <summary>What people call it, 1 to 200 characters. The Tenant URL stays.</summary>
    // An explicit null is no name, and no provider.
    public string? Name
    {
        get;
        init => field = value ?? "";
    }

    /// <summary>The identity provider: entra, okta, onelogin, jumpcloud, ping or custom.</summary>
    public string? Provider
    {
        get;
        init => field = value ?? "";
    }

    /// <summary>The Entra tenant that pushes; null takes it away.</summary>
    public Guid? EntraTenantId
    {
        get;
        init => (field, _hasEntraTenantId) = (value, true);
    }

    /// <summary>The enterprise application in Entra; null takes it away.</summary>
    public Guid? EntraAppObjectId
    {
        get;
        init => (field, _hasEntraAppObjectId) = (value, true);
    }

    /// <summary>Addresses or CIDR blocks from which SCIM is accepted, up to 100, all of them anew; none, or null: from anywhere.</summary>
    public IReadOnlyList<string>? AllowedAddresses
    {
        get;
        init => field = value ?? [];
    }

    /// <summary>What it does where clients disagree; what is absent or null stays.</summary>
    public ChangeSettingsRequest? Settings { get; init; }

    public void ApplyTo(Connection row)
    {
        row.Name = Name ?? row.Name;
        if (Provider is not null)
            row.Provider = ConnectionRules.ProviderOf(Provider);
        if (_hasEntraTenantId)
            row.EntraTenantId = EntraTenantId;
        if (_hasEntraAppObjectId)
            row.EntraAppObjectId = EntraAppObjectId;
        if (AllowedAddresses is not null)
            row.AllowedAddresses = ConnectionRules.BlocksOf(AllowedAddresses);
        if (Settings is not null)
            row.Settings = Settings.Over(row.Settings);
    }
}

/// <inheritdoc/>
sealed class ChangeConnectionValidator : AbstractValidator<ChangeConnectionRequest>
{
    public ChangeConnectionValidator()
    {
        RuleFor(request => request.Name)
            .NotEmpty()
            .WithMessage("Must not be empty.")
            .When(request => request.Name is not null)
            .IsPlainText();
        RuleFor(request => request.Provider).IsProvider();
        RuleFor(request => request.AllowedAddresses).IsFewBlocks();
        RuleForEach(request => request.AllowedAddresses).IsBlock();
    }
}
