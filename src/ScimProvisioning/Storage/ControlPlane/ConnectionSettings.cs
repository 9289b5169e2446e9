namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>Where clients disagree, what one connection does. The defaults are what Entra needs.</summary>
/// <param name="UniqueGroupNames">No two groups have the same <c>displayName</c>; applies to groups as they are written.</param>
/// <param name="GroupPatchReturnsResource">What a PATCH of a group answers: one of <see cref="GroupPatchReply"/>.</param>
/// <param name="IgnoreUnknownAttributes">
/// A PATCH skips operations on attributes that no schema knows, as POST and PUT do, instead of refusing them.
/// </param>
/// <param name="AcceptEntraTokens">
/// Once the connection has an Entra tenant id, tokens that Entra issues for this tenant open it: the Secret Token field in Entra stays
/// blank.
/// </param>
/// <param name="AnnouncePagination">
/// ServiceProviderConfig has <c>pagination</c> (RFC 9865), which strict models of RFC 7643 reject.
/// </param>
sealed record ConnectionSettings(
    bool UniqueGroupNames = true,
    string GroupPatchReturnsResource = GroupPatchReply.Auto,
    bool IgnoreUnknownAttributes = false,
    bool AcceptEntraTokens = true,
    bool AnnouncePagination = true
)
{
    public static readonly ConnectionSettings Default = new();
}

/// <summary>What a PATCH of a group answers when the request does not name attributes, stored as text.</summary>
static class GroupPatchReply
{
    /// <summary>200 with a group of up to <see cref="SmallGroup"/> members, 204 above: a group may have 100,000.</summary>
    public const string Auto = "auto";

    /// <summary>200 with the group.</summary>
    public const string Always = "always";

    /// <summary>204.</summary>
    public const string Never = "never";

    public const int SmallGroup = 100;

    public static readonly IReadOnlyList<string> All = [Auto, Always, Never];
}
