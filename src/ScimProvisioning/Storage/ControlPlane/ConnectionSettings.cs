namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>Where clients disagree, what one connection does. The defaults are what Entra needs.</summary>
/// <param name="UniqueGroupNames">No two groups have the same <c>displayName</c>; applies to groups as they are written.</param>
/// <param name="GroupPatchReturnsResource">A PATCH of a group answers 200 with the group, never 204.</param>
/// <param name="IgnoreUnknownAttributes">
/// A PATCH skips operations on attributes that no schema knows, as POST and PUT do, instead of refusing them.
/// </param>
/// <param name="AcceptEntraTokens">
/// Once the connection has an Entra tenant id, tokens that Entra issues for this tenant open it: the Secret Token field in Entra stays
/// blank.
/// </param>
sealed record ConnectionSettings(
    bool UniqueGroupNames = true,
    bool GroupPatchReturnsResource = false,
    bool IgnoreUnknownAttributes = false,
    bool AcceptEntraTokens = true
)
{
    public static readonly ConnectionSettings Default = new();
}
