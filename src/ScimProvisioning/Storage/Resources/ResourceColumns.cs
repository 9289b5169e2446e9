using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>The columns of <c>resources</c> that the store fills from a document.</summary>
/// <param name="Attributes">The document, as JSON.</param>
/// <param name="Terms">See <see cref="SearchTerms"/>.</param>
/// <param name="Indexed">The value of each column of <see cref="IndexedAttribute.All"/>, in that order.</param>
sealed record ResourceColumns(byte[] Attributes, long[] Terms, object?[] Indexed)
{
    /// <summary>Names of the columns, in the order of <see cref="Values"/>.</summary>
    public static readonly string Names = string.Join(", ", ["attributes", "terms", .. IndexedAttribute.All.Select(row => row.Column)]);

    public static ResourceColumns Of(Guid connection, ConnectionSettings settings, ResourceType type, JsonObject document)
    {
        var indexed = new object?[IndexedAttribute.All.Length];
        for (var i = 0; i < indexed.Length; i++)
            indexed[i] = IndexedAttribute.All[i].Value(type, settings, document);
        var attributes = ScimJson.Utf8(document);
        return new(attributes, SearchTerms.Of(connection, type, attributes), indexed);
    }

    /// <summary>Adds the values as parameters.</summary>
    public string Values(Sql sql)
    {
        var placeholders = new string[2 + Indexed.Length];
        (placeholders[0], placeholders[1]) = (sql.AddJson(Attributes), sql.Add(Terms));
        for (var i = 0; i < Indexed.Length; i++)
            placeholders[2 + i] = IndexedAttribute.All[i].IsBoolean ? sql.Add((bool?)Indexed[i]) : sql.Add((string?)Indexed[i]);
        return string.Join(", ", placeholders);
    }
}
