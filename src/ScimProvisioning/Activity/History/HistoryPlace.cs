using System.Globalization;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.History;

/// <summary>How far a history was read: in the change log and among the events. <c>null</c>: from the newest on.</summary>
sealed record HistoryPlace(ChangePosition? Change, long? Event)
{
    /// <summary>Where a first page begins: what comes later is on no page after it.</summary>
    public static HistoryPlace Before(IReadOnlyList<ResourceChange> changes, IReadOnlyList<ToldEvent> events) =>
        new(
            changes is [{ Position: var newest }, ..] ? newest with { Sequence = newest.Sequence + 1 } : default(ChangePosition),
            events is [{ Position: var last }, ..] ? last + 1 : 0
        );

    /// <summary>The place that was written as text, or <c>null</c>.</summary>
    public static HistoryPlace? TryParse(string text) =>
        text.Split('-') is [var transaction, var sequence, var position]
        && ulong.TryParse(transaction, NumberStyles.None, CultureInfo.InvariantCulture, out var t)
        && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
        && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var p)
            ? new(new ChangePosition(t, s), p)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Change?.TransactionId}-{Change?.Sequence}-{Event}");
}
