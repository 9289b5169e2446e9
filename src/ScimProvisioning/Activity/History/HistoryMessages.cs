using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Changes;

namespace ScimProvisioning.Activity.History;

/// <summary>Which part of a history is asked for.</summary>
sealed record HistoryQuery
{
    /// <summary>At most this many entries, 1 to 200; 50 when absent.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>The value of `next` in the page before; absent for the first page.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; init; }
}

/// <inheritdoc/>
sealed class HistoryQueryValidator : AbstractValidator<HistoryQuery>
{
    public HistoryQueryValidator()
    {
        RuleFor(query => query.Limit)
            .InclusiveBetween(1, PageRequest.MaximumLimit)
            .WithMessage($"Must be between 1 and {PageRequest.MaximumLimit}.");
        RuleFor(query => query.After)
            .Must(after => string.IsNullOrEmpty(after) || HistoryPlace.TryParse(after) is not null)
            .WithMessage("Must be the value of next in the page before.");
    }
}

/// <summary>The moment that is asked for.</summary>
sealed record StateQuery
{
    /// <summary>A time such as 2026-11-21T09:30:00Z; absent: now.</summary>
    [FromQuery(Name = "at")]
    public string? At { get; init; }

    public DateTimeOffset Moment(DateTimeOffset now) => DateTimeText.TryParse(At ?? "", out var moment) ? moment : now;
}

/// <inheritdoc/>
sealed class StateQueryValidator : AbstractValidator<StateQuery>
{
    public StateQueryValidator() =>
        RuleFor(query => query.At)
            .Must(text => string.IsNullOrEmpty(text) || DateTimeText.TryParse(text, out _))
            .WithMessage("Must be a time such as 2026-11-21T09:30:00Z.");
}

/// <summary>A part of the history of a person or a group, the newest first.</summary>
/// <param name="Data">What has happened.</param>
/// <param name="Next">The value of `after` for the next page; null on the last page.</param>
/// <param name="Fields">
/// On the first page: for each attribute that was received, by its SCIM path, its last change; of a group, `members` is when somebody came
/// or went.
/// </param>
/// <param name="SeenFields">On the first page: the same for what the application sees, by its names, as far as events are kept.</param>
/// <param name="Hint">Of a group without members: what may be the reason.</param>
/// <param name="HeldSince">
/// On the first page: since when the guard keeps the person active, whom the identity provider has taken away; null: it does not.
/// </param>
sealed record HistoryResponse(
    IReadOnlyList<HistoryEntry> Data,
    string? Next,
    IReadOnlyDictionary<string, FieldChange>? Fields,
    IReadOnlyDictionary<string, FieldChange>? SeenFields,
    string? Hint,
    DateTime? HeldSince
);

/// <summary>The last change of an attribute.</summary>
/// <param name="At">When.</param>
/// <param name="RequestId">The request that has changed it.</param>
/// <param name="Actor">Who has changed it, such as token:{id}; for what the application sees, the kind of the cause.</param>
sealed record FieldChange(DateTime At, string? RequestId, string? Actor)
{
    public static FieldChange Of(LastChange last) => new(last.At.UtcDateTime, last.RequestId, last.Actor);
}

/// <summary>Something that has happened to a person or a group.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">
/// received: the identity provider has sent it. released: the application was told. admin and app: an admin or the application has changed
/// it.
/// </param>
/// <param name="Type">The type of the change, such as user.updated, or of the event, such as directory.user.updated.</param>
/// <param name="Changes">What changed.</param>
/// <param name="RequestId">The request that has done it.</param>
/// <param name="RunId">The run of the identity provider that it is part of.</param>
/// <param name="Actor">Who has done it, such as token:{id}; null: see the request.</param>
/// <param name="EventId">The event by which the application was told.</param>
sealed record HistoryEntry(
    DateTime At,
    string Kind,
    string Type,
    IReadOnlyList<HistoryChange> Changes,
    string? RequestId,
    Guid? RunId,
    string? Actor,
    Guid? EventId
);

/// <summary>A value that changed, or members who came and went.</summary>
/// <param name="Path">The SCIM path, or the name that the application knows.</param>
/// <param name="Old">The value before; null: none, or it is never shown.</param>
/// <param name="New">The value after.</param>
/// <param name="Added">How many members came.</param>
/// <param name="Removed">How many members went.</param>
/// <param name="AddedIds">The first 100 of those who came.</param>
/// <param name="RemovedIds">The first 100 of those who went.</param>
sealed record HistoryChange(
    string Path,
    JsonNode? Old = null,
    JsonNode? New = null,
    long? Added = null,
    long? Removed = null,
    IReadOnlyList<Guid>? AddedIds = null,
    IReadOnlyList<Guid>? RemovedIds = null
);

/// <summary>A person or a group as it was at a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Received">As the identity provider had sent it; null: it was not there, or deleted.</param>
/// <param name="LastChange">The last change before; null: it is older than what is kept.</param>
/// <param name="Released">As the application was told; null: it did not know of it.</param>
/// <param name="IsReleasedKnown">Whether events are kept that tell what the application knew.</param>
/// <param name="Members">Of a group, who was in it; null: it is not known.</param>
sealed record StateResponse(
    DateTime At,
    JsonObject? Received,
    FieldChange? LastChange,
    JsonNode? Released,
    bool IsReleasedKnown,
    StateMembers? Members
);

/// <summary>The members of a group at a moment, users and groups.</summary>
/// <param name="Count">How many.</param>
/// <param name="Ids">The SCIM ids of the first 1,000.</param>
sealed record StateMembers(long Count, IReadOnlyList<Guid> Ids);
