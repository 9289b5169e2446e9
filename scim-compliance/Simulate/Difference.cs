namespace ScimCompliance.Simulate;

/// <summary>One difference between the server and the tenant.</summary>
/// <param name="Name">userName or displayName.</param>
/// <param name="What">The attribute, member or resource that differs.</param>
sealed record Difference(string Kind, string Name, string What, string Expected, string Came)
{
    /// <summary>In plain words.</summary>
    public override string ToString() => $"{Kind} '{Name}': {What} should be {Expected}, but is {Came}";
}
