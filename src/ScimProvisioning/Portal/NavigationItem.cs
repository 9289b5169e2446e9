namespace ScimProvisioning.Portal;

/// <summary>A line of the navigation beside the pages of one connection.</summary>
/// <param name="Text">The key of its text.</param>
/// <param name="Path">Where it leads, below the connection.</param>
/// <param name="ForOperators">Whether customers do not see it. The page itself must refuse them, too.</param>
sealed record NavigationItem(string Text, string Path, bool ForOperators = false)
{
    /// <summary>All pages of a connection, in the order in which they are shown. A new page needs a line here.</summary>
    public static readonly IReadOnlyList<NavigationItem> OfConnection =
    [
        new("nav.overview", ""),
        new("nav.users", "/users"),
        new("nav.groups", "/groups"),
        new("nav.activity", "/activity"),
        new("nav.why", "/why"),
        new("nav.sync", "/sync"),
        new("nav.support", "/support"),
        new("nav.edit", "/edit"),
        new("nav.delete", "/delete"),
    ];
}
