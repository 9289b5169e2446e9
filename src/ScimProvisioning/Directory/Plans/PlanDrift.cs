namespace ScimProvisioning.Directory.Plans;

/// <summary>Whether a plan would still do what it says.</summary>
static class PlanDrift
{
    const long Least = 10;
    const double Share = 0.05;

    /// <summary>A sentence about the first number that has moved too far, or <c>null</c>. Losses must not grow at all.</summary>
    public static string? Between(PreviewCounts promised, PreviewCounts now)
    {
        (string Name, long Promised, long Now, bool IsLoss)[] counts =
        [
            ("deactivated", promised.Deactivated, now.Deactivated, true),
            ("held", promised.Held, now.Held, true),
            ("created", promised.Created, now.Created, false),
            ("created inactive", promised.CreatedInactive, now.CreatedInactive, false),
            ("linked", promised.Linked, now.Linked, false),
            ("updated", promised.Updated, now.Updated, false),
            ("reactivated", promised.Reactivated, now.Reactivated, false),
            ("unchanged", promised.Unchanged, now.Unchanged, false),
        ];
        foreach (var (name, before, after, isLoss) in counts)
            if ((isLoss && after > before) || Math.Abs(after - before) > Math.Max(Least, before * Share))
                return $"The plan says {before} {name}; now it would be {after}.";
        return null;
    }
}
