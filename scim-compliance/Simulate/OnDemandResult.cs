namespace ScimCompliance.Simulate;

/// <summary>The result of provisioning one object.</summary>
/// <param name="Steps">The steps as the portal shows them.</param>
/// <param name="Members">Users of the group that are not disabled.</param>
/// <param name="Missing">Those of them that are not on the server, and so were not sent.</param>
/// <param name="Left">What could not be deleted.</param>
/// <param name="Deleted">What was deleted at the end; null with <c>--keep</c>.</param>
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
