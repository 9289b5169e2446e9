using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>An attribute of a mapping with its paths parsed.</summary>
sealed class MappedAttribute(CatalogueAttribute attribute, AttributeMapping mapping, IReadOnlyList<ResourcePath> paths, JsonNode? fallback)
{
    public string Name => attribute.Name;

    /// <summary>What the user has there.</summary>
    public ReadValue Read(ReceivedUser user, bool isActive)
    {
        foreach (var path in paths)
        {
            if (Found(path, user, isActive) is not { } found)
                continue;
            if (TypedValue.Read(found.Value, attribute.Type, fromText: true) is not { } value)
                return new(null, false, Invalid($"must be {TypedValue.Expected(attribute.Type)}", path));
            return Catalogue.IsIndexed(Name) && TypedValue.Text(value) is { Length: > CommonAttributes.IndexedLength }
                ? new(null, false, Invalid($"may have up to {CommonAttributes.IndexedLength} characters", path))
                : new(value, found.IsRenamed, null);
        }
        return fallback is null ? new(null, false, Missing()) : new(fallback.DeepClone(), false, null);
    }

    /// <summary>The value of one path, or <c>null</c> when it has none. A list of strings takes all of them, others the first.</summary>
    (JsonNode Value, bool IsRenamed)? Found(ResourcePath path, ReceivedUser user, bool isActive)
    {
        var values = user.Values(path).Select(value => Tidy(value, path, isActive)).Where(value => value.Node is not null);
        if (attribute.Type is AttributeKind.Strings)
        {
            var all = values.ToArray();
            return all.Length == 0
                ? null
                : (new JsonArray([.. all.Select(value => value.Node!.DeepClone())]), all.Any(value => value.IsRenamed));
        }
        foreach (var (node, isRenamed) in values)
            return (node!, isRenamed);
        return null;
    }

    /// <summary>
    /// The transformed value; none for text that is empty then, and for a userName that is no address where one is wanted.
    /// </summary>
    (JsonNode? Node, bool IsRenamed) Tidy(JsonNode value, ResourcePath path, bool isActive)
    {
        if (TypedValue.Text(value, fromText: false) is not { } text)
            return (value, false);
        var stripped = !isActive && SourcePath.IsSignInName(path) ? TombstoneName.Strip(text) : null;
        var tidy = mapping.Transform switch
        {
            Transform.Trim => (stripped ?? text).Trim(),
            Transform.Lower => (stripped ?? text).ToLowerInvariant(),
            Transform.Upper => (stripped ?? text).ToUpperInvariant(),
            _ => stripped ?? text,
        };
        if (string.IsNullOrWhiteSpace(tidy) || Catalogue.IsEmail(Name) && SourcePath.IsUserName(path) && !IsAddress(tidy))
            return (null, false);
        return (ReferenceEquals(tidy, text) ? value : JsonValue.Create(tidy), stripped is not null);
    }

    static bool IsAddress(string text)
    {
        var at = text.IndexOf('@');
        return at > 0 && at < text.Length - 1 && at == text.LastIndexOf('@') && !text.Any(char.IsWhiteSpace);
    }

    Problem? Missing() =>
        attribute.Required || mapping.WhenMissing is WhenMissing.Hold
            ? new(ProblemKind.MissingRequired, Name, $"'{Name}' is required and has no value in {Places}.")
        : mapping.WhenMissing is WhenMissing.Warn ? new(ProblemKind.MissingValue, Name, $"'{Name}' has no value in {Places}.")
        : null;

    string Places => string.Join(" or ", paths.Select(path => $"'{path}'"));

    Problem Invalid(string expected, ResourcePath path) =>
        new(ProblemKind.InvalidValue, Name, $"'{Name}' {expected}. Correct '{path}' in the identity provider, or the mapping.");
}

/// <summary>What a mapped attribute reads from a user.</summary>
/// <param name="IsRenamed">Entra's object id before it was taken away.</param>
readonly record struct ReadValue(JsonNode? Value, bool IsRenamed, Problem? Problem);
