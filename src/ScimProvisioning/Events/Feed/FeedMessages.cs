using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Feed;

/// <summary>Which events are asked for.</summary>
sealed record FeedQuery
{
    const int DefaultLimit = 100;

    /// <summary>The position after which to begin: `next` of the page before, or `Events-Position`; absent: the oldest event.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; init; }

    /// <summary>At most this many events, 1 to 1000; 100 when absent.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>Only these types, separated by commas; `directory.user.*` for all that begin so. Absent: all.</summary>
    [FromQuery(Name = "types")]
    public string? Types { get; init; }

    /// <summary>Only events of this connection.</summary>
    [FromQuery(Name = "connectionId")]
    public Guid? ConnectionId { get; init; }

    /// <summary>Only events of this organization.</summary>
    [FromQuery(Name = "organizationId")]
    public Guid? OrganizationId { get; init; }

    /// <summary>Seconds to wait for an event when there is none, 0 to 20; 0 when absent.</summary>
    [FromQuery(Name = "wait")]
    public int? Wait { get; init; }

    public EventPosition? Position => EventPosition.TryParse(After ?? "", out var position) ? position : null;

    public int Most => Limit ?? DefaultLimit;

    public TimeSpan Patience => TimeSpan.FromSeconds(Wait ?? 0);

    /// <param name="reach">The only organization whose events the caller may see; <c>null</c>: all.</param>
    public EventFilter Filter(Guid? reach) =>
        new(ConnectionId, OrganizationId ?? reach, string.IsNullOrEmpty(Types) ? null : [.. TypeList.Of(Types)]);
}

/// <inheritdoc/>
sealed class FeedQueryValidator : AbstractValidator<FeedQuery>
{
    public FeedQueryValidator()
    {
        RuleFor(query => query.After)
            .Must(after => string.IsNullOrEmpty(after) || EventPosition.TryParse(after, out _))
            .WithMessage("Must be a position as the events have it, such as 1-48213.");
        RuleFor(query => query.Limit).InclusiveBetween(1, 1_000).WithMessage("Must be between 1 and 1000.");
        RuleFor(query => query.Wait).InclusiveBetween(0, 20).WithMessage("Must be between 0 and 20.");
        RuleFor(query => query.Types)
            .Must(types => string.IsNullOrEmpty(types) || TypeList.Unknown(types) is null)
            .WithMessage(query => $"There is no type '{TypeList.Unknown(query.Types!)}'. docs/events.md lists them.");
    }
}

/// <summary>A page of events.</summary>
/// <param name="Data">The events in order, each as it is sent to webhooks.</param>
/// <param name="Next">The value of `after` for the next page. It may be beyond the last event of this page.</param>
/// <param name="CaughtUp">Nothing that fits was left behind `next` when the page was read. False: go on at once.</param>
/// <param name="DrainedTo">No event up to this position that fits is still to come: all of them were in this page or before it.</param>
sealed record FeedPage(IReadOnlyList<JsonObject> Data, string Next, bool CaughtUp, string DrainedTo);
