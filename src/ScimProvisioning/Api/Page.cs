using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace ScimProvisioning.Api;

/// <summary>Which part of a list is asked for.</summary>
sealed record PageRequest
{
    /// <summary>How many entries a page has when the caller names no limit.</summary>
    public const int DefaultLimit = 50;

    public const int MaximumLimit = 200;

    /// <summary>At most this many entries, 1 to 200; 50 when absent.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>The value of `next` in the page before; absent for the first page.</summary>
    [FromQuery(Name = "after")]
    public Guid? After { get; init; }

    /// <summary>How many rows to read: one more than the page holds, because that one tells whether there is a next page.</summary>
    public int Take => (Limit ?? DefaultLimit) + 1;

    /// <summary>The id after which the page begins. Ids are sorted by time, and the empty id comes before all of them.</summary>
    public Guid Start => After ?? Guid.Empty;

    /// <summary>Makes the page from up to <see cref="Take"/> rows.</summary>
    public Page<TItem> Of<TRow, TItem>(List<TRow> rows, Func<TRow, TItem> item, Func<TRow, Guid> id)
    {
        var hasNext = rows.Count == Take;
        var shown = hasNext ? rows[..^1] : rows;
        return new([.. shown.Select(item)], hasNext ? id(shown[^1]).ToString() : null);
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Data">The entries.</param>
/// <param name="Next">The value of `after` for the next page; null on the last page.</param>
sealed record Page<T>(IReadOnlyList<T> Data, string? Next);

/// <inheritdoc/>
sealed class PageRequestValidator : AbstractValidator<PageRequest>
{
    public PageRequestValidator() =>
        RuleFor(page => page.Limit)
            .InclusiveBetween(1, PageRequest.MaximumLimit)
            .WithMessage($"Must be between 1 and {PageRequest.MaximumLimit}.");
}
