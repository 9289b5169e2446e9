using System.Text.Json;
using FluentValidation;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Plans;

/// <summary>Rules to be set; what is absent stays as it is.</summary>
/// <param name="Mapping">Another mapping.</param>
/// <param name="Scope">Another scope.</param>
/// <param name="RoleMappings">Other roles.</param>
/// <param name="Enable">Whether the connection is enabled too.</param>
sealed record PlanRequest(MappingBody? Mapping, ScopeBody? Scope, RoleMappingsBody? RoleMappings, bool? Enable)
{
    public RuleChange ToChange() => new(Mapping, Scope, RoleMappings);
}

/// <inheritdoc/>
sealed class PlanValidator : AbstractValidator<PlanRequest>
{
    public PlanValidator()
    {
        RuleFor(request => request.Mapping).SetValidator(new MappingValidator()!);
        RuleFor(request => request.Scope).SetValidator(new ScopeValidator()!);
        RuleFor(request => request.RoleMappings).SetValidator(new RoleMappingsValidator()!);
    }
}

/// <summary>How far the computing of a plan is.</summary>
/// <param name="Done">Users that were looked at.</param>
/// <param name="Total">Users in all.</param>
sealed record PlanProgress(long Done, long Total);

/// <summary>Who would be lost.</summary>
/// <param name="Deactivated">People who do not stay active, or are deleted.</param>
/// <param name="Held">Users who are held back by a problem.</param>
sealed record PlanLosses(long Deactivated, long Held);

/// <summary>Rules to be set, with what they would do.</summary>
/// <param name="Id">The id of the plan.</param>
/// <param name="State">computing, ready, applied, failed or expired.</param>
/// <param name="Losses">Who would be lost; null until the plan is computed.</param>
/// <param name="Counts">To how many people something happens; null until the plan is computed.</param>
/// <param name="Effect">The whole preview; null until the plan is computed.</param>
/// <param name="Progress">How far the computing is; else null.</param>
/// <param name="Failure">Why the plan could not be computed; else null.</param>
/// <param name="Enable">Whether the connection is enabled too.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="ExpiresAt">Until when it can be applied.</param>
sealed record PlanResponse(
    Guid Id,
    string State,
    PlanLosses? Losses,
    PreviewCounts? Counts,
    PreviewResponse? Effect,
    PlanProgress? Progress,
    string? Failure,
    bool Enable,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt
)
{
    const string Expired = "expired";

    public static PlanResponse Of(PlanRow row, DateTimeOffset now)
    {
        var effect = row.State is PlanRow.Ready or PlanRow.Applied ? Read<PreviewResponse>(row.Result) : null;
        return new(
            row.Id,
            row.State is PlanRow.Ready && row.ExpiresAt <= now ? Expired : row.State,
            effect is null ? null : new(effect.Counts.Deactivated, effect.Counts.Held),
            effect?.Counts,
            effect,
            row.State is PlanRow.Computing ? Read<PlanProgress>(row.Result) : null,
            row.State is PlanRow.Failed ? Read<string>(row.Result) : null,
            RequestOf(row).Enable ?? false,
            row.CreatedAt,
            row.ExpiresAt
        );
    }

    public static PlanRequest RequestOf(PlanRow row) => Read<PlanRequest>(row.Request)!;

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    static T? Read<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web);
}
