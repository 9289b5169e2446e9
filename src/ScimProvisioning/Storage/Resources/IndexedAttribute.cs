using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// An attribute with a column of its own in the table <c>resources</c>. The store writes the column with each document, filters and orders
/// use it instead of the document, and the index of terms leaves the attribute out.
/// </summary>
/// <remarks>
/// To index another attribute, add a row to <see cref="All"/> and a migration with the column and its index; a text column must also be in
/// the view <c>searchable</c>. It must be single-valued, text or boolean, and of a core schema or common to all resource types; or it is an
/// <see cref="IndexedElement"/>, which is not in the view: the index of terms has it.
/// </remarks>
sealed class IndexedAttribute(string column)
{
    /// <summary>The table: one row for each column.</summary>
    public static readonly ImmutableArray<IndexedAttribute> All =
    [
        new("user_name")
        {
            OfUser = UserSchema.UserName,
            IsRequired = true,
            UniqueIndex = "unique_user_name",
        },
        new("display_name") { OfUser = UserSchema.DisplayName, OfGroup = GroupSchema.DisplayName },
        new("group_name")
        {
            OfGroup = GroupSchema.DisplayName,
            UniqueIndex = "unique_group_name",
            IsFilledIn = settings => settings.UniqueGroupNames,
            IsSearched = false,
        },
        new("external_id")
        {
            OfUser = CommonAttributes.ExternalId,
            OfGroup = CommonAttributes.ExternalId,
            OfOtherTypes = CommonAttributes.ExternalId,
        },
        new("active") { OfUser = UserSchema.Active },
        // By which Entra matches, besides userName and externalId.
        new("work_email") { OfElement = new(UserSchema.Emails, "work"), IsSearched = false },
    ];

    /// <summary>The row of the only element that has a column.</summary>
    public static readonly IndexedAttribute WorkEmail = All.Single(row => row.OfElement is not null);

    static readonly FrozenDictionary<AttributeDefinition, IndexedAttribute> Searched = All.Where(row => row.IsSearched)
        .SelectMany(row => row.Attributes.Select(attribute => (attribute, row)))
        .Append((WorkEmail.OfElement!.StandIn, WorkEmail))
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    static readonly FrozenSet<AttributeDefinition> Unique = All.Where(row => row.UniqueIndex is not null)
        .SelectMany(row => row.Attributes)
        .ToFrozenSet();

    /// <summary>Name of the column.</summary>
    public string Column => column;

    /// <summary>The column in a statement over <c>resources r</c>.</summary>
    public string Expression { get; } = $"r.{column}";

    /// <summary>The attribute that the column holds for users; <c>null</c>: none.</summary>
    public AttributeDefinition? OfUser { get; private init; }

    /// <summary>The attribute that the column holds for groups; <c>null</c>: none.</summary>
    public AttributeDefinition? OfGroup { get; private init; }

    /// <summary>The attribute that the column holds for resource types that a connection has registered; <c>null</c>: none.</summary>
    public AttributeDefinition? OfOtherTypes { get; private init; }

    /// <summary>The element of a list of users that the column holds; <c>null</c>: it holds a single-valued attribute.</summary>
    public IndexedElement? OfElement { get; private init; }

    /// <summary>Every resource of a type with this attribute has a value.</summary>
    public bool IsRequired { get; private init; }

    /// <summary>The index that refuses a second resource with the same value; <c>null</c>: values may be the same.</summary>
    public string? UniqueIndex { get; private init; }

    /// <summary>False for a column that only keeps values unique: filters and orders use another one.</summary>
    public bool IsSearched { get; private init; } = true;

    /// <summary>True for a boolean; all others are text. The index of a boolean holds only the resources where it is false.</summary>
    public bool IsBoolean => Attribute.Type is AttributeType.Boolean;

    /// <summary>Case does not count: the column holds text as <see cref="CaseFolding"/> folds it.</summary>
    public bool IsFolded => !Attribute.CaseExact && !IsBoolean;

    Func<ConnectionSettings, bool> IsFilledIn { get; init; } = _ => true;

    IEnumerable<AttributeDefinition> Attributes =>
        ((AttributeDefinition?[])[OfUser, OfGroup, OfOtherTypes]).OfType<AttributeDefinition>().Distinct();

    /// <summary>One of them: in all resource types they have the same type and case.</summary>
    AttributeDefinition Attribute => OfUser ?? OfGroup ?? OfOtherTypes ?? OfElement!.StandIn;

    /// <summary>The row whose column filters and orders use for the attribute; <c>null</c>: they need the document.</summary>
    public static IndexedAttribute? Find(AttributeDefinition attribute) => Searched.GetValueOrDefault(attribute);

    /// <summary>The row with that unique index, or <c>null</c>.</summary>
    public static IndexedAttribute? OfUniqueIndex(string? name) => All.FirstOrDefault(row => name is not null && row.UniqueIndex == name);

    /// <summary>Whether a unique index on a column compares the values of the attribute.</summary>
    public static bool IsUnique(AttributeDefinition attribute) => Unique.Contains(attribute);

    /// <summary>Whether filters find the attribute that the reader stands at the name of in a column.</summary>
    public static bool Holds(ResourceType type, ref Utf8JsonReader name)
    {
        foreach (var row in All)
            if (row.IsSearched && row.Of(type) is { } attribute && name.ValueTextEquals(attribute.Name))
                return true;
        return false;
    }

    /// <summary>The attribute that the column holds for the type; <c>null</c>: none.</summary>
    public AttributeDefinition? Of(ResourceType type) =>
        type.IsUser ? OfUser
        : type.IsGroup ? OfGroup
        : OfOtherTypes;

    /// <summary>True when the index of the column leads to the resources that compare so with the value.</summary>
    public bool Finds(CompareOperator op, object value) =>
        IsBoolean ? op is CompareOperator.Eq && value is false : op is CompareOperator.Eq or CompareOperator.Sw;

    /// <summary>What the column holds for the document: a <see cref="string"/>, a <see cref="bool"/> or <c>null</c>.</summary>
    public object? Value(ResourceType type, ConnectionSettings settings, JsonObject document)
    {
        if (OfElement is not null)
            return type.IsUser ? OfElement.Value(document) : null;
        if (Of(type) is not { } attribute || document[attribute.Name] is not { } value || !IsFilledIn(settings))
            return null;
        if (IsBoolean)
            return value.GetValue<bool>();
        return IsFolded ? CaseFolding.Fold(value.GetValue<string>()) : value.GetValue<string>();
    }
}
