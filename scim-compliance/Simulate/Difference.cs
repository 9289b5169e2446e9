namespace ScimCompliance.Simulate;

/// <summary>What the server does not hold as the tenant says.</summary>
/// <param name="Name">userName or displayName.</param>
/// <param name="What">A path, or that it is missing or too much.</param>
sealed record Difference(string Kind, string Name, string What, string Expected, string Came)
{
    /// <summary>In plain words.</summary>
    public override string ToString() => $"{Kind} '{Name}': {What} should be {Expected}, but is {Came}";
}
