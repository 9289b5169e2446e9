using FluentValidation;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Entra;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>A secret of an OAuth client to be made.</summary>
record CreateClientSecretRequest
{
    public const int MaximumDays = 1095;

    /// <summary>1 to 1095; 365 when absent. An explicit null makes a secret that never expires.</summary>
    // Absent and null differ: only a member that is there replaces the default.
    public int? ExpiresInDays { get; init; } = 365;
}

/// <summary>An OAuth client to be made: with a secret, or with a federation instead.</summary>
sealed record CreateOAuthClientRequest : CreateClientSecretRequest
{
    /// <summary>What people call it, up to 200 characters.</summary>
    public string? Label { get; init; }

    /// <summary>What its access tokens are good for: read, write or both, which is the default.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Tokens of another issuer that take the place of a secret.</summary>
    public FederationRequest? Federation { get; init; }
}

/// <summary>The tokens by which a client proves itself (RFC 7523): what their claims must be, letter by letter.</summary>
/// <param name="Subject">Their sub.</param>
/// <param name="Audience">Their aud, as it stands in them: Entra writes the bare application id also where its pages show api://….</param>
/// <param name="Issuer">Their iss, an https URL; without one, that of the connection's Entra tenant.</param>
sealed record FederationRequest(string? Subject, string? Audience, string? Issuer);

/// <inheritdoc/>
sealed class CreateClientSecretValidator : AbstractValidator<CreateClientSecretRequest>
{
    public CreateClientSecretValidator() =>
        RuleFor(request => request.ExpiresInDays)
            .InclusiveBetween(1, CreateClientSecretRequest.MaximumDays)
            .WithMessage($"Must be between 1 and {CreateClientSecretRequest.MaximumDays} days, or null for a secret that never expires.");
}

/// <inheritdoc/>
sealed class CreateOAuthClientValidator : AbstractValidator<CreateOAuthClientRequest>
{
    public CreateOAuthClientValidator(EntraOptions entra)
    {
        Include(new CreateClientSecretValidator());
        RuleFor(request => request.Label).IsPlainText();
        RuleFor(request => request.Scopes).AreScopes();
        RuleFor(request => request.Federation).SetValidator(new FederationValidator(entra)!);
    }
}

/// <inheritdoc/>
sealed class FederationValidator : AbstractValidator<FederationRequest>
{
    public FederationValidator(EntraOptions entra)
    {
        RuleFor(federation => federation.Subject).NotEmpty().WithMessage("Must not be empty.").IsPlainText();
        RuleFor(federation => federation.Audience).NotEmpty().WithMessage("Must not be empty.").IsPlainText();
        RuleFor(federation => federation.Issuer)
            .IsPlainText()
            .Must(issuer => issuer is null || entra.MayFederate(issuer))
            .WithMessage("Must be an https URL without a query.");
    }
}
