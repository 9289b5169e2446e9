using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace ScimProvisioning.Api;

/// <summary>A part of a list: at most <see cref="Limit"/> entries that come after the one with the id <see cref="After"/>.</summary>
sealed record PageRequest([FromQuery(Name = "limit")] int? Limit, [FromQuery(Name = "after")] Guid? After)
{
    /// <summary>The number of entries when the caller names none.</summary>
    public const int DefaultLimit = 50;

    public const int MaximumLimit = 200;

    /// <summary>One entry more than the page holds: it says whether there is a next page.</summary>
    public int Take => (Limit ?? DefaultLimit) + 1;

    /// <summary>Ids are sorted by time, so the empty one stands before all.</summary>
    public Guid Start => After ?? Guid.Empty;

    /// <summary>The answer, made of up to <see cref="Take"/> rows.</summary>
    public Page<TItem> Of<TRow, TItem>(List<TRow> rows, Func<TRow, TItem> item, Func<TRow, Guid> id)
    {
        var hasNext = rows.Count == Take;
        var shown = hasNext ? rows[..^1] : rows;
        return new([.. shown.Select(item)], hasNext ? id(shown[^1]).ToString() : null);
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Data">The entries.</param>
/// <param name="Next">What goes into `after` to get the page that follows; null on the last one.</param>
sealed record Page<T>(IReadOnlyList<T> Data, string? Next);

/// <inheritdoc/>
sealed class PageRequestValidator : AbstractValidator<PageRequest>
{
    public PageRequestValidator() =>
        RuleFor(page => page.Limit)
            .InclusiveBetween(1, PageRequest.MaximumLimit)
            .WithMessage($"Must be between 1 and {PageRequest.MaximumLimit}.");
}
