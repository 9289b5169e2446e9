namespace Scim;

/// <summary>
/// Reads the attributes of a schema that an admin registers (RFC 7643 §7). Characteristics not given have the defaults of §2.2.
/// </summary>
static class AttributeReader
{
    const int MaxAttributes = 500;
    const int MaxNameLength = 100;

    /// <param name="owner">The schema or the complex attribute.</param>
    /// <param name="member">The member of the owner that lists the attributes.</param>
    /// <param name="sub">True for sub-attributes.</param>
    /// <exception cref="ScimException">400 <c>invalidValue</c> or <c>invalidSyntax</c>, naming the place.</exception>
    public static IReadOnlyList<AttributeDefinition> Read(JsonMembers owner, string member, bool sub = false)
    {
        var listed = owner.Objects(member);
        if (listed.Count > MaxAttributes)
            throw ScimException.InvalidValue($"'{owner.At(member)}' has more than {MaxAttributes} attributes.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var attributes = new List<AttributeDefinition>();
        foreach (var attribute in listed)
        {
            var name = Name(attribute, sub);
            if (!names.Add(name))
                throw ScimException.InvalidValue(
                    $"'{attribute.At("name")}' repeats the name '{name}' (names differ by more than letter case)."
                );
            attributes.Add(ReadOne(attribute, name, sub));
        }
        return attributes;
    }

    static AttributeDefinition ReadOne(JsonMembers attribute, string name, bool sub)
    {
        var type = Type(attribute, sub);
        var mutability = Word(attribute, "mutability", Mutability.ReadWrite);
        return new(name, type, attribute.Text("description") ?? "")
        {
            MultiValued = attribute.Flag("multiValued") ?? false,
            Required = attribute.Flag("required") ?? false,
            CaseExact = attribute.Flag("caseExact") ?? type is AttributeType.Binary or AttributeType.Reference, // §2.3.6, §2.3.7
            Mutability = mutability,
            Returned = Returned(attribute, mutability),
            Uniqueness = Uniqueness(attribute, type, sub),
            CanonicalValues = attribute.Texts("canonicalValues"),
            ReferenceTypes = attribute.Texts("referenceTypes"),
            SubAttributes = SubAttributes(attribute, type),
        };
    }

    static string Name(JsonMembers attribute, bool sub)
    {
        var (name, at) = (attribute.RequiredText("name"), attribute.At("name"));
        if (name.Length > MaxNameLength)
            throw ScimException.InvalidValue($"'{at}' has more than {MaxNameLength} characters.");
        if (!AttributePath.IsName(name) || name[0] == '$' && !(sub && name == "$ref"))
            throw ScimException.InvalidValue(
                $"'{at}' is {ScimException.Quote(name)}. "
                    + "A name begins with a letter and holds only letters, digits, '-', '_' and '$' (RFC 7643 §2.1)."
            );
        if (!sub && CommonAttributes.All.Any(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw ScimException.InvalidValue($"'{at}' is '{name}', which every resource has (RFC 7643 §3.1). Leave the attribute out.");
        return name;
    }

    static AttributeType Type(JsonMembers attribute, bool sub)
    {
        var type = Word(attribute, "type", AttributeType.String, except: AttributeType.Any);
        if (sub && type is AttributeType.Complex)
            throw ScimException.InvalidValue(
                $"'{attribute.At("type")}' is complex, but a sub-attribute cannot have sub-attributes (RFC 7643 §2.3.8). "
                    + "Make it an attribute of its own."
            );
        return type;
    }

    static IReadOnlyList<AttributeDefinition> SubAttributes(JsonMembers attribute, AttributeType type)
    {
        var subAttributes = Read(attribute, "subAttributes", sub: true);
        if (type is AttributeType.Complex && subAttributes.Count == 0)
            throw ScimException.InvalidValue($"'{attribute.At("subAttributes")}' is missing: a complex attribute needs at least one.");
        if (type is not AttributeType.Complex && subAttributes.Count > 0)
            throw ScimException.InvalidValue(
                $"'{attribute.At("subAttributes")}' is given, but '{attribute.At("type")}' is not complex. Change the type, or remove them."
            );
        return subAttributes;
    }

    static Returned Returned(JsonMembers attribute, Mutability mutability)
    {
        if (mutability is not Mutability.WriteOnly)
            return Word(attribute, "returned", Scim.Returned.Default);
        return Word(attribute, "returned", Scim.Returned.Never) is Scim.Returned.Never
            ? Scim.Returned.Never
            : throw ScimException.InvalidValue($"'{attribute.At("returned")}' must be never, as 'mutability' is writeOnly (RFC 7643 §7).");
    }

    /// <summary>Only simple attributes with a single value can be unique: the server does not compare others between resources.</summary>
    static Uniqueness Uniqueness(JsonMembers attribute, AttributeType type, bool sub)
    {
        var uniqueness = Word(attribute, "uniqueness", Scim.Uniqueness.None);
        if (uniqueness is Scim.Uniqueness.None)
            return uniqueness;
        var kind =
            sub ? "a sub-attribute"
            : type is AttributeType.Complex ? "a complex attribute"
            : attribute.Flag("multiValued") is true ? "a multi-valued attribute"
            : null;
        return kind is null
            ? uniqueness
            : throw ScimException.InvalidValue($"'{attribute.At("uniqueness")}' must be none: the values of {kind} are not kept unique.");
    }

    /// <summary>One of the RFC's keywords for a characteristic, in any letter case.</summary>
    /// <param name="except">A value of the enumeration that is no keyword of the RFC.</param>
    static T Word<T>(JsonMembers attribute, string member, T fallback, T? except = null)
        where T : struct, Enum
    {
        if (attribute.Text(member) is not { Length: > 0 } text)
            return fallback;
        var words = Enum.GetValues<T>().Where(word => !word.Equals(except)).ToArray();
        var found = words.Where(word => word.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found is [var word]
            ? word
            : throw ScimException.InvalidValue(
                $"'{attribute.At(member)}' is {ScimException.Quote(text)}. "
                    + $"It must be one of {string.Join(", ", words.Select(word => DiscoveryDocuments.Word(word)))}."
            );
    }
}
