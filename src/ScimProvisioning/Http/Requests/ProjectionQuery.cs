using Scim;

namespace ScimProvisioning.Http.Requests;

/// <summary><c>attributes</c> and <c>excludedAttributes</c> as they came (RFC 7644 §3.9).</summary>
sealed record ProjectionQuery(string? Attributes, string? ExcludedAttributes)
{
    /// <summary>True when the client wants to see certain attributes.</summary>
    public bool IsGiven => !string.IsNullOrWhiteSpace(Attributes) || !string.IsNullOrWhiteSpace(ExcludedAttributes);

    public Projection For(ResourceType type) => Projection.Parse(Attributes, ExcludedAttributes, type);

    public static ValueTask<ProjectionQuery?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<ProjectionQuery?>(
            new(
                string.Join(',', http.Request.Query["attributes"].ToArray()),
                string.Join(',', http.Request.Query["excludedAttributes"].ToArray())
            )
        );
}
