namespace ScimCompliance.Simulate;

/// <summary>What became of a user or group in a cycle. What comes later in this list counts when there are several.</summary>
enum Fate
{
    Unchanged,
    Updated,
    Restored,

    /// <summary>Disabled or deleted.</summary>
    Disabled,
    Created,
}
