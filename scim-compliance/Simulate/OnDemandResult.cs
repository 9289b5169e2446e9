namespace ScimCompliance.Simulate;

/// <summary>What came of provisioning one object.</summary>
/// <param name="Steps">As the portal tells them.</param>
/// <param name="Members">Users in the group that could be members of it.</param>
/// <param name="Missing">Those of them who are not on the server, and so were not sent.</param>
/// <param name="Left">What could not be taken away again.</param>
/// <param name="Deleted">What was taken away again; null when it was to be kept.</param>
sealed record OnDemandResult(
    bool Success,
    IReadOnlyList<(string Step, string Text)> Steps,
    IReadOnlyList<Difference> Differences,
    int Members,
    int Missing,
    IReadOnlyList<string> Left,
    ResourceCounts? Deleted
)
{
    public bool IsGood => Success && Differences is [] && Missing is 0;
}
