using System.Text.Json;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Audit;

/// <summary>A change by an admin.</summary>
/// <param name="Id">The id, which sorts by time.</param>
/// <param name="OccurredAt">When.</param>
/// <param name="Actor">Who: admin-key:{id}, cli:{user of the machine} or server.</param>
/// <param name="ActorLabel">What people call the admin key.</param>
/// <param name="Action">What, such as connection.paused.</param>
/// <param name="OrganizationId">The organization it concerns.</param>
/// <param name="ConnectionId">The connection it concerns.</param>
/// <param name="TargetType">What kind of thing was changed.</param>
/// <param name="TargetId">Which one.</param>
/// <param name="Before">What it was, as the admin API shows it; null when it was not there.</param>
/// <param name="After">What it is since; null when it is gone.</param>
/// <param name="RequestId">The X-Request-Id of the request.</param>
/// <param name="Address">Where the request came from.</param>
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

/// <summary>What to look for.</summary>
/// <param name="OrganizationId">Only changes that concern this organization.</param>
/// <param name="ConnectionId">Only changes that concern this connection.</param>
/// <param name="Actor">Only changes by this actor, such as admin-key:{id}.</param>
/// <param name="Action">Only this action, such as connection.paused.</param>
sealed record AuditQuery(
    [FromQuery(Name = "organizationId")] Guid? OrganizationId,
    [FromQuery(Name = "connectionId")] Guid? ConnectionId,
    [FromQuery(Name = "actor")] string? Actor,
    [FromQuery(Name = "action")] string? Action
);

/// <inheritdoc/>
sealed class AuditQueryValidator : AbstractValidator<AuditQuery>
{
    public AuditQueryValidator()
    {
        RuleFor(query => query.Actor).IsPlainText();
        RuleFor(query => query.Action).IsPlainText();
    }
}

/// <summary>The audit log: every change by an admin, without secrets.</summary>
static class AuditLogEndpoints
{
    public static void MapAuditLog(this RouteGroupBuilder admin) =>
        admin
            .MapGet("/audit-log", List)
            .WithTags("Audit log")
            .WithSummary("Read what admins have changed, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest);

    static async Task<Ok<Page<AuditResponse>>> List(
        [AsParameters] AuditQuery query,
        [AsParameters] PageRequest page,
        ScimDbContext db,
        CancellationToken ct
    )
    {
        var rows = await db
            .AuditLog.AsNoTracking()
            .Where(e =>
                (query.OrganizationId == null || e.OrganizationId == query.OrganizationId)
                && (query.ConnectionId == null || e.ConnectionId == query.ConnectionId)
            )
            .Where(e => (query.Actor == null || e.Actor == query.Actor) && (query.Action == null || e.Action == query.Action))
            .Where(e => page.After == null || e.Id < page.After)
            .OrderByDescending(e => e.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        var labels = await db
            .AdminKeys.Where(k => rows.Select(e => e.Actor).Contains("admin-key:" + k.Id))
            .ToDictionaryAsync(k => $"admin-key:{k.Id}", k => k.Label, ct);
        return TypedResults.Ok(page.Of(rows, row => AuditResponse.Of(row, labels.GetValueOrDefault(row.Actor)), row => row.Id));
    }
}
