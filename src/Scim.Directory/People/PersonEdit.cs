using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>
/// What the app changes in a person: <c>{appUserId?, localAttributes?, attributes?, &lt;catalogue names&gt;?}</c>. It is merged;
/// <c>null</c> clears.
/// </summary>
public static class PersonEdit
{
    const int LongestAppUserId = CommonAttributes.IndexedLength;

    /// <summary>The person after the edit, or what stands against it.</summary>
    public static EditOutcome Apply(Person person, JsonObject body, Catalogue catalogue, DateTimeOffset now)
    {
        if (FieldError.Unstorable(body) is { } unstorable)
            return new EditOutcome.Invalid([unstorable]);
        var (errors, managed, own) = (new List<FieldError>(), new List<string>(), (JsonObject)person.Own.DeepClone());
        var next = person;
        foreach (var (name, value) in body)
        {
            switch (name)
            {
                case "appUserId":
                    next = next with { AppUserId = AppUserId(value, errors) };
                    break;
                case "localAttributes":
                    next = next with { Local = LocalAttributes.Merge(next.Local, value, errors) };
                    break;
                default:
                    SetAll(name, value, Set, errors);
                    break;
            }
        }
        if (errors.Count > 0)
            return new EditOutcome.Invalid(errors);
        if (managed.Count > 0)
            return new EditOutcome.Refused(managed);
        return new EditOutcome.Done(PersonChange.Between(person, next with { Own = own }, catalogue, now));

        void Set(string name, JsonNode? value, string field, bool isBuiltIn)
        {
            if (catalogue.Find(name) is not { } attribute || Catalogue.IsBuiltIn(name) != isBuiltIn)
                errors.Add(new(field, Unknown(name, isBuiltIn, catalogue)));
            else if (person.Managed.Contains(attribute.Name))
                managed.Add(Catalogue.ShownName(attribute.Name));
            else if (OwnValue(attribute, value, fromText: false, out var error) is var read && error is not null)
                errors.Add(new(field, error));
            else if (read is null && !person.Values.ContainsKey(attribute.Name))
                own.Remove(attribute.Name);
            else
                own[attribute.Name] = read;
        }
    }

    /// <summary>
    /// Sets what a member of a message holds: each attribute within <c>attributes</c>, or the built-in one of that name. The setter gets
    /// name, value, field, and whether it is to be a built-in one.
    /// </summary>
    internal static void SetAll(string name, JsonNode? value, Action<string, JsonNode?, string, bool> set, List<FieldError> errors)
    {
        if (name != "attributes")
            set(name, value, name, true);
        else if (value is not JsonObject attributes)
            errors.Add(new(name, "'attributes' must be an object."));
        else
            foreach (var (custom, customValue) in attributes)
                set(custom, customValue, $"attributes.{custom}", false);
    }

    /// <summary>A value of the app's for an attribute; <c>null</c> for none, or with an error.</summary>
    internal static JsonNode? OwnValue(CatalogueAttribute attribute, JsonNode? value, bool fromText, out string? error)
    {
        error = null;
        if (value is null)
        {
            error = attribute.Required ? $"'{attribute.Name}' is required and cannot be cleared." : null;
            return null;
        }
        var read = TypedValue.Read(value, attribute.Type, fromText);
        error =
            read is null ? $"'{attribute.Name}' must be {TypedValue.Expected(attribute.Type)}."
            : attribute.Name == Catalogue.ManagerId && !Guid.TryParse(TypedValue.Text(read), out _)
                ? "'managerId' must be the id of a person."
            : Catalogue.IsIndexed(attribute.Name) && TypedValue.Text(read) is { Length: > CommonAttributes.IndexedLength }
                ? $"'{attribute.Name}' may have up to {CommonAttributes.IndexedLength} characters."
            : null;
        return error is null ? read : null;
    }

    internal static string? AppUserId(JsonNode? value, List<FieldError> errors)
    {
        var text = TypedValue.Text(value);
        if (value is not null && (text is null || text.Length is 0 or > LongestAppUserId))
            errors.Add(new("appUserId", $"'appUserId' must be a text of 1 to {LongestAppUserId} characters, or null."));
        return text;
    }

    internal static string Unknown(string name, bool isBuiltIn, Catalogue catalogue)
    {
        if (catalogue.Find(name) is not null)
            return isBuiltIn ? $"'{name}' belongs into 'attributes'." : $"'{name}' stands beside 'attributes', not in it.";
        var known = catalogue.Attributes.Select(attribute => attribute.Name).Where(known => Catalogue.IsBuiltIn(known) == isBuiltIn);
        return NearestName.Of(name, known) is { } meant
            ? $"'{name}' is no attribute that can be edited. Did you mean '{meant}'?"
            : $"'{name}' is no attribute that can be edited. Add it to the catalogue, or leave it out.";
    }
}

/// <summary>What becomes of an edit.</summary>
public abstract record EditOutcome
{
    EditOutcome() { }

    /// <summary>The edit is released, or changes nothing.</summary>
    /// <param name="Outcome">Released or Unchanged. Unchanged may have a row to store.</param>
    public sealed record Done(Outcome Outcome) : EditOutcome;

    /// <summary>409 <c>managed_attribute</c>: the identity provider manages these.</summary>
    public sealed record Refused(IReadOnlyList<string> Managed) : EditOutcome;

    /// <summary>400.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : EditOutcome;
}
