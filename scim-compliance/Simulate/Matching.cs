using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>Decides whether the answer to a matching query may be used.</summary>
static class Matching
{
    /// <summary>Null when nothing, or exactly one resource with this name, was found.</summary>
    public static string? Problem(Reply reply, ResourceKind kind, string name) =>
        reply.Resources switch
        {
            [] => null,
            [var found] when !found.At(kind.NameAttribute).Text().Equals(name, StringComparison.OrdinalIgnoreCase) =>
                $"the filter {kind.NameAttribute} eq \"{name}\" found '{found.At(kind.NameAttribute).Text()}', which is not ours; "
                    + "nothing was written",
            [var found] when found.At("id").IsUnassigned() =>
                $"the filter {kind.NameAttribute} eq \"{name}\" found a resource without an id",
            [_] => null,
            var many =>
                $"DuplicateTargetEntries: the filter {kind.NameAttribute} eq \"{name}\" found {many.Count} resources; nothing was written",
        };
}
