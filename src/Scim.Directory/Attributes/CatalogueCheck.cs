using System.Collections.Frozen;

namespace Scim.Directory;

/// <summary>Checks the attributes of a new catalogue.</summary>
static class CatalogueCheck
{
    const int MostAttributes = 200;
    const int LongestName = 64;
    const int LongestDescription = 500;

    /// <summary>The other members of a person: an attribute of that name would hide one of them in an import or an edit.</summary>
    static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "id",
        "connectionId",
        "organizationId",
        "resourceId",
        "externalId",
        "uid",
        "appUserId",
        "status",
        "statusReason",
        "attributes",
        "localAttributes",
        "managedAttributes",
        "roles",
        "groups",
        "groupsTruncated",
        "source",
        "version",
        "createdAt",
        "updatedAt"
    );

    /// <param name="builtIn">Their names and types cannot be changed.</param>
    public static IReadOnlyList<FieldError> Of(IReadOnlyList<CatalogueAttribute> attributes, IReadOnlyList<CatalogueAttribute> builtIn)
    {
        var errors = new List<FieldError>();
        if (!attributes.Any(a => Catalogue.IsUserName(a.Name)))
            errors.Add(new("attributes", "'userName' cannot be removed."));
        if (attributes.Count > MostAttributes)
            errors.Add(new("attributes", $"There are {attributes.Count} attributes; at most {MostAttributes} are allowed."));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < attributes.Count; i++)
        {
            var (attribute, at) = (attributes[i], $"attributes[{i}]");
            if (NameError(attribute, names, builtIn) is { } error)
                errors.Add(new($"{at}.name", error));
            if (Same(attribute, builtIn) is { } known && known.Type != attribute.Type)
                errors.Add(new($"{at}.type", $"'{known.Name}' is built in, with the type {WireName.Of(known.Type)}."));
            if (attribute.Description?.Length > LongestDescription)
                errors.Add(new($"{at}.description", $"The description may have up to {LongestDescription} characters."));
            for (var p = 0; p < attribute.DefaultPaths.Count; p++)
                if (SourcePath.TryParse(attribute.DefaultPaths[p], ResourceType.User, out var refused) is null)
                    errors.Add(new($"{at}.defaultPaths[{p}]", refused));
        }
        return errors;
    }

    static string? NameError(CatalogueAttribute attribute, HashSet<string> names, IReadOnlyList<CatalogueAttribute> builtIn)
    {
        var name = attribute.Name;
        return name.Length is 0 or > LongestName || !AttributePath.IsName(name) || name.Contains('$')
                ? $"A name has a letter, then letters, digits, '-' and '_', up to {LongestName} characters."
            : Reserved.Contains(name) ? $"'{name}' is a member that every person has; choose another name."
            : Same(attribute, builtIn) is { } known && known.Name != name ? $"The built-in attribute is spelt '{known.Name}'."
            : !names.Add(name) ? $"'{name}' is given twice."
            : null;
    }

    static CatalogueAttribute? Same(CatalogueAttribute attribute, IReadOnlyList<CatalogueAttribute> builtIn) =>
        builtIn.FirstOrDefault(known => known.Name.Equals(attribute.Name, StringComparison.OrdinalIgnoreCase));
}
