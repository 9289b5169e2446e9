using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Audit;

/// <summary>A change by an admin.</summary>
/// <param name="Id">The id. Ids are sorted by time.</param>
/// <param name="OccurredAt">When the change happened.</param>
/// <param name="Actor">What made the change: admin-key:{id}, cli:{user of the machine} or server.</param>
/// <param name="ActorLabel">The label of the admin key.</param>
/// <param name="Action">What was done, such as connection.paused.</param>
/// <param name="OrganizationId">The organization it concerns.</param>
/// <param name="ConnectionId">The connection it concerns.</param>
/// <param name="TargetType">What kind of thing was changed.</param>
/// <param name="TargetId">The id of the thing that was changed.</param>
/// <param name="Before">The thing before the change, as the admin API shows it; null when it did not exist.</param>
/// <param name="After">The thing after the change; null when it was removed.</param>
/// <param name="RequestId">The X-Request-Id of the request.</param>
/// <param name="Address">The IP address that the request came from.</param>
sealed record AuditResponse(
    Guid Id,
    DateTime OccurredAt,
    string Actor,
    string? ActorLabel,
    string Action,
    Guid? OrganizationId,
    Guid? ConnectionId,
    string TargetType,
    Guid TargetId,
    JsonElement? Before,
    JsonElement? After,
    string RequestId,
    string? Address
)
{
    public static AuditResponse Of(AuditEntry row, string? actorLabel) =>
        new(
            row.Id,
            row.OccurredAt.UtcDateTime,
            row.Actor,
            actorLabel,
            row.Action,
            row.OrganizationId,
            row.ConnectionId,
            row.TargetType,
            row.TargetId,
            Json(row.Before),
            Json(row.After),
            row.RequestId,
            row.Address
        );

    static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}

/// <summary>Which entries of the audit log to list.</summary>
sealed record AuditQuery
{
    /// <summary>Only changes that concern this organization.</summary>
    [FromQuery(Name = "organizationId")]
    public Guid? OrganizationId { get; init; }

    /// <summary>Only changes that concern this connection.</summary>
    [FromQuery(Name = "connectionId")]
    public Guid? ConnectionId { get; init; }

    /// <summary>Only changes by this actor, such as admin-key:{id}.</summary>
    [FromQuery(Name = "actor")]
    public string? Actor { get; init; }

    /// <summary>Only this action, such as connection.paused.</summary>
    [FromQuery(Name = "action")]
    public string? Action { get; init; }
}

/// <inheritdoc/>
sealed class AuditQueryValidator : AbstractValidator<AuditQuery>
{
    public AuditQueryValidator()
    {
        RuleFor(query => query.Actor).IsShortText();
        RuleFor(query => query.Action).IsShortText();
    }
}
