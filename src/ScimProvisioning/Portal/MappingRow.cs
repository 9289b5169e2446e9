using System.Text.RegularExpressions;
using ScimProvisioning.Directory.Attributes;
using ScimProvisioning.Directory.Mappings;

namespace ScimProvisioning.Portal;

/// <summary>A line of the mapping: an attribute of the application, and where it is read.</summary>
/// <param name="Paths">SCIM paths, with commas between.</param>
/// <param name="Suggested">The path that seems to be meant, when none is given; <c>null</c>: none does.</param>
/// <param name="Samples">What was received at the first path, the newest first.</param>
sealed partial record MappingRow(
    AttributeBody Attribute,
    string Paths,
    string Transform,
    string WhenMissing,
    string? Suggested,
    IReadOnlyList<string> Samples
)
{
    /// <summary>The paths of a text. A filter within brackets may have commas of its own.</summary>
    public static IReadOnlyList<string> Split(string? text) =>
        [.. Comma().Split(text ?? "").Select(path => path.Trim()).Where(path => path.Length > 0)];

    public static string Join(IReadOnlyList<string>? paths) => string.Join(", ", paths ?? []);

    /// <summary>Some of what was received at a path.</summary>
    public static IReadOnlyList<string> SamplesAt(string? path, IReadOnlyList<SuggestionResponse> received) =>
        [.. (received.FirstOrDefault(at => at.Path == path)?.Samples ?? []).Take(3).Select(sample => sample.ToString())];

    /// <param name="mapped">How it is mapped; <c>null</c>: it is not.</param>
    public static MappingRow Of(AttributeBody attribute, AttributeMappingBody? mapped, IReadOnlyList<SuggestionResponse> received)
    {
        var paths = mapped?.Paths ?? [];
        var suggested = paths.Count > 0 ? null : received.FirstOrDefault(path => path.Attribute == attribute.Name)?.Path;
        return new(
            attribute,
            Join(paths),
            mapped?.Transform ?? "none",
            mapped?.WhenMissing ?? "ignore",
            suggested,
            SamplesAt(paths.Count > 0 ? paths[0] : suggested, received)
        );
    }

    /// <summary>As it is saved; <c>null</c>: the attribute is left to the application.</summary>
    /// <param name="before">How it was mapped: a default stays as it was.</param>
    public AttributeMappingBody? ToBody(AttributeMappingBody? before)
    {
        var paths = Split(Paths);
        return paths.Count == 0 && before?.Default is null
            ? null
            : new(Attribute.Name, paths, Transform, before?.Default?.DeepClone(), WhenMissing);
    }

    [GeneratedRegex(@",(?![^\[]*\])")]
    private static partial Regex Comma();
}
