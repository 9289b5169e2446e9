using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>A webhook endpoint to be made.</summary>
sealed record CreateWebhookEndpointRequest
{
    /// <summary>Where events are sent to with POST, up to 2000 characters. https; http only by a key for all organizations.</summary>
    public string? Url { get; init; }

    /// <summary>What it is for, up to 200 characters.</summary>
    public string? Description { get; init; }

    /// <summary>The types of events that it gets, such as directory.user.created or directory.group.*; absent or empty: all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Whose events it gets; absent: those of all organizations, or of the only one that the key is for.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>The only connection whose events it gets; absent: all of the organization.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>full (the default): events as the feed has them; thin: of the data only id and version of the object.</summary>
    public string? Payload { get; init; }

    /// <summary>
    /// What must stay in order. object: the events of each person, group and connection; connection: all events of a connection, one after
    /// the other. The default is connection when it gets events of groups, since a member must be there before he joins.
    /// </summary>
    public string? Order { get; init; }
}

/// <summary>A change of a webhook endpoint. What is absent stays as it is.</summary>
sealed record UpdateWebhookEndpointRequest
{
    /// <summary>Where events are sent to with POST.</summary>
    public string? Url { get; init; }

    /// <summary>What it is for, up to 200 characters.</summary>
    public string? Description { get; init; }

    /// <summary>The types of events that it gets; empty: all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>full or thin.</summary>
    public string? Payload { get; init; }

    /// <summary>object or connection.</summary>
    public string? Order { get; init; }
}

/// <summary>The secret of an endpoint to be replaced.</summary>
sealed record RotateWebhookSecretRequest
{
    public const int MaximumOverlap = 720;

    /// <summary>How many hours what is sent is signed with the old secret too: 0 to 720, 24 when absent.</summary>
    public int OverlapHours { get; init; } = 24;
}

/// <summary>Events to be sent again.</summary>
sealed record ReplayWebhookRequest
{
    /// <summary>Those that were recorded at this time or later (RFC 3339).</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Those before this time; absent: up to the last one that the endpoint has got.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only these types; absent or empty: all that the endpoint gets.</summary>
    public IReadOnlyList<string>? Types { get; init; }
}

/// <summary>Which undelivered events a list has.</summary>
sealed record DeliveryQuery
{
    /// <summary>
    /// failed: they are tried again; waiting: an earlier one comes first, or they are sent again; exhausted: they were tried often enough.
    /// </summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }
}

/// <inheritdoc/>
sealed class CreateWebhookEndpointValidator : AbstractValidator<CreateWebhookEndpointRequest>
{
    public CreateWebhookEndpointValidator()
    {
        RuleFor(request => request.Url).NotEmpty().WithMessage("Must not be empty.").IsHook();
        RuleFor(request => request.Description).IsShortText();
        RuleFor(request => request.Types).AreEventTypes();
        RuleFor(request => request.Payload).IsPayload();
        RuleFor(request => request.Order).IsOrder();
    }
}

/// <inheritdoc/>
sealed class UpdateWebhookEndpointValidator : AbstractValidator<UpdateWebhookEndpointRequest>
{
    public UpdateWebhookEndpointValidator()
    {
        RuleFor(request => request.Url).IsHook();
        RuleFor(request => request.Description).IsShortText();
        RuleFor(request => request.Types).AreEventTypes();
        RuleFor(request => request.Payload).IsPayload();
        RuleFor(request => request.Order).IsOrder();
    }
}

/// <inheritdoc/>
sealed class RotateWebhookSecretValidator : AbstractValidator<RotateWebhookSecretRequest>
{
    public RotateWebhookSecretValidator() =>
        RuleFor(request => request.OverlapHours)
            .InclusiveBetween(0, RotateWebhookSecretRequest.MaximumOverlap)
            .WithMessage($"Must be between 0 and {RotateWebhookSecretRequest.MaximumOverlap} hours.");
}

/// <inheritdoc/>
sealed class ReplayWebhookValidator : AbstractValidator<ReplayWebhookRequest>
{
    public ReplayWebhookValidator()
    {
        RuleFor(request => request.Since).NotEmpty().WithMessage("Must be a time with its zone, such as 2030-01-31T12:00:00Z.");
        RuleFor(request => request.Until)
            .Must((request, until) => until is null || until > request.Since)
            .WithMessage("Must be later than since.");
        RuleFor(request => request.Types).AreEventTypes();
    }
}

/// <inheritdoc/>
sealed class DeliveryQueryValidator : AbstractValidator<DeliveryQuery>
{
    public DeliveryQueryValidator() =>
        RuleFor(query => query.Status)
            .Must(status => status is null or "" or WebhookDelivery.Failed or WebhookDelivery.Waiting or WebhookDelivery.Exhausted)
            .WithMessage($"Must be one of: {WebhookDelivery.Failed}, {WebhookDelivery.Waiting}, {WebhookDelivery.Exhausted}.");
}
