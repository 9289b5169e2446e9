namespace ScimProvisioning.Portal;

/// <summary>A line of the navigation beside the pages of one connection.</summary>
/// <param name="Text">The key of its text.</param>
/// <param name="Path">Where it leads, below the connection.</param>
/// <param name="Changes">Whether the page is for changes alone, so that who may only read does not see it.</param>
sealed record NavigationItem(string Text, string Path, bool Changes = false)
{
    /// <summary>All pages of a connection, in the order in which they are shown. A new page needs a line here.</summary>
    public static readonly IReadOnlyList<NavigationItem> OfConnection =
    [
        new("nav.overview", ""),
        new("nav.setup", "/setup"),
        new("nav.users", "/users"),
        new("nav.groups", "/groups"),
        new("nav.mapping", "/mapping"),
        new("nav.scope", "/scope"),
        new("nav.roles", "/roles"),
        new("nav.activity", "/activity"),
        new("nav.why", "/why"),
        new("nav.sync", "/sync"),
        new("nav.support", "/support"),
        new("nav.tokens", "/tokens"),
        new("nav.settings", "/settings"),
        new("nav.edit", "/edit", Changes: true),
        new("nav.delete", "/delete", Changes: true),
    ];
}
