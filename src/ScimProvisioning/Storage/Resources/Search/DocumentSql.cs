using System.Text.Json;
using System.Text.RegularExpressions;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>How the values of an attribute are reached in the documents of <c>resources r</c>.</summary>
sealed class DocumentSql(Sql sql, ResourceType type)
{
    /// <summary>The values of the attribute, one row each; an array is opened.</summary>
    public string Query(AttributePath path) => Query(Owner(path), Values(path));

    /// <summary>The values of a sub-attribute, one row each.</summary>
    /// <param name="element">An element of the container.</param>
    public string QueryElement(string element, AttributePath container, AttributeDefinition sub) =>
        Query(element, $"${Step(container, sub.Name)}[*]");

    /// <summary>
    /// The object that has the attribute: the document, or the extension in it. The URI of the extension, as the document spells it, is
    /// among its schemas.
    /// </summary>
    public string Owner(AttributePath path)
    {
        if (path.Schema is null)
            return "r.attributes";
        if (!HasAnyCase(path))
            return $"(r.attributes -> {sql.Add(path.Schema)})";
        var uri = sql.AddJsonPath($"$.schemas[*] ? (@ like_regex {AnyCase(path.Schema)} flag \"i\")");
        return $"(r.attributes -> (jsonb_path_query_first(r.attributes, {uri}) #>> '{{}}'))";
    }

    /// <summary>
    /// SQL/JSON path from the owner to the values of the attribute, an array opened; lax, so that absent values are no error.
    /// </summary>
    public string Values(AttributePath path) => $"${Step(path, path.Attribute.Name)}[*]";

    /// <summary>SQL/JSON path for one name in the attribute or in its owner.</summary>
    public string Step(AttributePath path, string name) =>
        HasAnyCase(path)
            ? $" ? (@.type() == \"object\").keyvalue() ? (@.key like_regex {AnyCase(name)} flag \"i\").value"
            : "." + JsonSerializer.Serialize(name);

    /// <summary>
    /// The schema of the attribute was registered at run time, or never. Documents stored before may spell the attribute in another way,
    /// have a value of another type, or several values instead of one.
    /// </summary>
    public bool IsLoose(AttributePath path)
    {
        if (path.Attribute.Type is AttributeType.Any)
            return true;
        return path.Schema is null
            ? !type.IsUser && !type.IsGroup && !CommonAttributes.All.Contains(path.Attribute)
            : !type.IsUser || path.Schema != EnterpriseUserSchema.Id;
    }

    /// <summary>The names of an extension that was not registered are stored as the client spelt them.</summary>
    bool HasAnyCase(AttributePath path) => path.Schema is not null && IsLoose(path);

    string Query(string document, string path) => $"jsonb_path_query({document}, {sql.AddJsonPath(path)})";

    static string AnyCase(string name) => JsonSerializer.Serialize($"^{Regex.Escape(name)}$");
}
