using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Imports;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Directory.Reconciliations;

/// <summary>A comparison of what the application has with what is released and received.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">running, completed, or failed: the list could not be read to its end, or the server was stopped.</param>
/// <param name="HasList">Whether the application has sent a list; else only who is stale was looked for.</param>
/// <param name="RowsRead">Rows of the list that were read.</param>
/// <param name="Failed">Rows that could not be read, or are about a person whom an earlier row is about. They count for nobody.</param>
/// <param name="Errors">What is wrong with them: the first hundred.</param>
/// <param name="Counts">How many there are of each class; null until everything is compared.</param>
/// <param name="FullRunId">The full run by which it was decided who is stale; null: there is none in the log of requests.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null: it still runs.</param>
sealed record ReconciliationResponse(
    Guid Id,
    string State,
    bool HasList,
    long RowsRead,
    long Failed,
    IReadOnlyList<ImportErrorResponse> Errors,
    ReconciliationCounts? Counts,
    Guid? FullRunId,
    DateTime CreatedAt,
    DateTime? FinishedAt
)
{
    public static ReconciliationResponse Of(ReconciliationRow row) =>
        new(
            row.Id,
            row.State,
            row.HasList,
            row.RowsRead,
            row.Failed,
            [.. row.Errors.Select(error => new ImportErrorResponse(error.Line, error.Field, error.Message))],
            row.Counts,
            row.FullRunId,
            row.CreatedAt.UtcDateTime,
            row.FinishedAt?.UtcDateTime
        );
}

/// <summary>Which differences a list has.</summary>
sealed record DifferenceQuery
{
    /// <summary>local, unassigned, missing, differing or stale; absent: all.</summary>
    [FromQuery(Name = "class")]
    public string? Class { get; init; }

    /// <summary>At most this many entries, 1 to 200; 50 when absent.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>The value of `next` in the page before; absent for the first page.</summary>
    [FromQuery(Name = "after")]
    public int? After { get; init; }

    public DifferenceClass? Only => WireName.TryParse(Class, out DifferenceClass one) ? one : null;

    public int Most => Limit ?? PageRequest.DefaultLimit;
}

/// <inheritdoc/>
sealed class DifferenceQueryValidator : AbstractValidator<DifferenceQuery>
{
    public DifferenceQueryValidator()
    {
        RuleFor(query => query.Class)
            .Must(name => string.IsNullOrEmpty(name) || WireName.TryParse(name, out DifferenceClass _))
            .WithMessage($"Must be one of these: {string.Join(", ", WireName.All<DifferenceClass>())}.");
        RuleFor(query => query.Limit)
            .InclusiveBetween(1, PageRequest.MaximumLimit)
            .WithMessage($"Must be between 1 and {PageRequest.MaximumLimit}.");
    }
}

/// <summary>Of which differences the application is told again: those of these classes, and these.</summary>
/// <param name="Classes">unassigned, missing, differing, stale. Of local ones nothing is told: the application has them itself.</param>
/// <param name="Ids">The ids of differences.</param>
sealed record ApplyReconciliationRequest(IReadOnlyList<string>? Classes, IReadOnlyList<long>? Ids);

/// <inheritdoc/>
sealed class ApplyReconciliationRequestValidator : AbstractValidator<ApplyReconciliationRequest>
{
    const int MostIds = 10_000;

    static readonly string[] Told = [.. WireName.All<DifferenceClass>().Where(name => name != WireName.Of(DifferenceClass.Local))];

    public ApplyReconciliationRequestValidator()
    {
        RuleFor(request => request.Classes)
            .Must((request, classes) => (classes?.Count ?? 0) + (request.Ids?.Count ?? 0) > 0)
            .WithMessage("Name classes or ids: what is not chosen is not told.")
            .Must(classes => (classes ?? []).All(name => Told.Contains(name)))
            .WithMessage($"May have these: {string.Join(", ", Told)}. Of local ones nothing can be told.");
        RuleFor(request => request.Ids)
            .Must(ids => (ids?.Count ?? 0) <= MostIds)
            .WithMessage($"May have {MostIds:N0} at most: name classes for more.");
    }
}

/// <summary>What an application of a reconciliation has done.</summary>
/// <param name="Told">People of whom the application was told again.</param>
/// <param name="Skipped">Chosen differences of which nothing was told: the repair says why, or it was told before.</param>
sealed record ApplyReconciliationResponse(long Told, long Skipped);
