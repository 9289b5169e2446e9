using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>A secret token to be made.</summary>
record CreateTokenRequest
{
    public const int MaximumDays = 3650;

    bool _namesDays;

    /// <summary>What people call it, up to 200 characters.</summary>
    public string? Label { get; init; }

    /// <summary>1 to 3650; 365 when neither this nor expiresAt is there. An explicit null makes a token that never expires.</summary>
    // Absent and null differ: only a member that is there replaces the default.
    public int? ExpiresInDays
    {
        get;
        init => (field, _namesDays) = (value, true);
    } = 365;

    /// <summary>The moment at which it expires (RFC 3339), instead of expiresInDays: in the future, at most 3650 days away.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it is good for: read, write or both, which is the default.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whether the caller has named one way to expire at most.</summary>
    [JsonIgnore]
    public bool NamesOneExpiry => ExpiresAt is null || !_namesDays;

    public DateTimeOffset? ExpiryFrom(DateTimeOffset now) =>
        ExpiresAt is { } moment ? StoredTime.Cut(moment)
        : ExpiresInDays is { } days ? now.AddDays(days)
        : null;
}

/// <summary>A secret token to be made in place of another, whose label and scopes it takes unless it names its own.</summary>
sealed record RotateTokenRequest : CreateTokenRequest
{
    public const int MaximumOverlap = 720;

    /// <summary>For how many hours the old token stays good beside the new one, if it does not expire before: 0 to 720, 24 when absent; 0 revokes it at once.</summary>
    public int OverlapHours { get; init; } = 24;
}

/// <inheritdoc/>
sealed class CreateTokenValidator : AbstractValidator<CreateTokenRequest>
{
    public CreateTokenValidator(TimeProvider clock)
    {
        RuleFor(request => request.Label).IsPlainText();
        RuleFor(request => request.ExpiresInDays)
            .InclusiveBetween(1, CreateTokenRequest.MaximumDays)
            .WithMessage($"Must be between 1 and {CreateTokenRequest.MaximumDays} days, or null for a token that never expires.");
        RuleFor(request => request.ExpiresAt)
            .Must((request, _) => request.NamesOneExpiry)
            .WithMessage("Send either expiresInDays or expiresAt, not both.");
        RuleFor(request => request.ExpiresAt)
            .Must(moment =>
                moment is null || (moment > clock.GetUtcNow() && moment <= clock.GetUtcNow().AddDays(CreateTokenRequest.MaximumDays))
            )
            .WithMessage($"Must be in the future, and at most {CreateTokenRequest.MaximumDays} days away.");
        RuleFor(request => request.Scopes).AreScopes();
    }
}

/// <inheritdoc/>
sealed class RotateTokenValidator : AbstractValidator<RotateTokenRequest>
{
    public RotateTokenValidator(TimeProvider clock)
    {
        Include(new CreateTokenValidator(clock));
        RuleFor(request => request.OverlapHours)
            .InclusiveBetween(0, RotateTokenRequest.MaximumOverlap)
            .WithMessage($"Must be between 0 and {RotateTokenRequest.MaximumOverlap} hours.");
    }
}

/// <summary>A moment of RFC 3339: .NET alone would read one without a zone as the server's own.</summary>
sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && DateTimeText.TryParse(reader.GetString()!, out var moment)
            ? moment
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
