using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events;

/// <summary>Types of events as callers list them: <c>directory.user.*,directory.group.deleted</c>.</summary>
static class TypeList
{
    const string Wildcard = ".*";

    /// <summary>The names of the types, each once.</summary>
    public static IEnumerable<string> Of(string list) => Parts(list).SelectMany(Named).Distinct();

    /// <summary>The first part that names no type; <c>null</c>: all do.</summary>
    public static string? Unknown(string list) => Parts(list).FirstOrDefault(part => !Named(part).Any());

    static string[] Parts(string list) => list.Split(',', StringSplitOptions.TrimEntries);

    static IEnumerable<string> Named(string part) =>
        EventType
            .All.Select(type => type.Name)
            .Where(name =>
                part.EndsWith(Wildcard, StringComparison.Ordinal) ? name.StartsWith(part[..^1], StringComparison.Ordinal) : name == part
            );
}
