using Scim;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>What a query asks of the resources of one type.</summary>
/// <param name="SortBy">Order by this attribute; <c>null</c>: in order of creation.</param>
/// <param name="Related">Load <c>members</c> or <c>groups</c> too.</param>
sealed record QueryScope(ResourceType Type, FilterExpression? Filter, AttributePath? SortBy, bool Related);

/// <summary>A page to be read: of one type, or of several as one list.</summary>
/// <param name="Descending">Reverse the order, absent values first (RFC 7644 §3.4.2.3).</param>
/// <param name="Skip">Resources before the page, counted from <paramref name="Edge"/> or the beginning.</param>
/// <param name="Edge">Where an earlier page ended. Resources created or deleted since do not shift the page.</param>
sealed record ResourceQuery(IReadOnlyList<QueryScope> Scopes, bool Descending, long Skip, int Count, PageEdge? Edge)
{
    public bool IsFiltered => Scopes.Any(scope => scope.Filter is not null);

    /// <summary>True when columns with an index lead to the resources that may fit.</summary>
    public bool IsByColumn => Scopes.All(scope => scope.Filter is { } filter && SearchCandidates.IsByColumn(filter));

    /// <summary>
    /// The same query by the column of an element; <c>null</c>: not all of its filters need such an element. It finds the same resources
    /// unless there are some that the column does not find: <see cref="IndexedElement.NotHere"/>.
    /// </summary>
    public ResourceQuery? ByElement()
    {
        var replaced = Scopes
            .Select(scope => scope.Filter is { } filter ? IndexedAttribute.WorkEmail.OfElement!.Replaced(filter) : null)
            .ToList();
        return replaced.Contains(null)
            ? null
            : this with
            {
                Scopes = [.. Scopes.Select((scope, i) => scope with { Filter = replaced[i] })],
            };
    }

    /// <summary>The same without the groups of users.</summary>
    public ResourceQuery WithoutGroups =>
        this with
        {
            Scopes = [.. Scopes.Select(scope => scope.Type.IsUser ? scope with { Related = false } : scope)],
        };
}

/// <summary>A place in an order: between a resource and the next.</summary>
/// <param name="Key">
/// The resource's value of the attribute sorted by, as text; <c>null</c> when it has none, or nothing is sorted by.
/// </param>
/// <param name="Backward">The page is before the place, not after it.</param>
sealed record PageEdge(string? Key, Guid Id, bool Backward);

/// <summary>A page of a list (RFC 7644 §3.4.2).</summary>
/// <param name="Total">Number of resources that fit the query.</param>
/// <param name="Previous">Where the page before ends; <c>null</c>: this is the first.</param>
/// <param name="Next">Where the next page begins; <c>null</c>: this is the last.</param>
sealed record ResourcePage(long Total, IReadOnlyList<StoredResource> Resources, PageEdge? Previous, PageEdge? Next);
