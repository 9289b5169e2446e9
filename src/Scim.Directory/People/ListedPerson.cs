using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>
/// A row of a file of the app's users: <c>{uid?, appUserId?, status?, userName?, email?, …, attributes?, localAttributes?}</c>. What is
/// empty says nothing.
/// </summary>
/// <param name="Status">Active or inactive; <c>null</c> when the row does not say it.</param>
/// <param name="Values">By catalogue name, typed.</param>
public sealed record ListedPerson(string? Uid, string? AppUserId, PersonStatus? Status, JsonObject Values, JsonObject Local)
{
    /// <summary>Reads a row. Values may be text, whatever their type, as in a CSV file.</summary>
    /// <param name="mayLackUid">An appUserId in place of the uid is enough.</param>
    /// <returns><c>null</c> when there are errors.</returns>
    public static ListedPerson? Read(JsonObject row, Catalogue catalogue, bool mayLackUid, out IReadOnlyList<FieldError> errors)
    {
        errors = FieldError.Unstorable(row) is { } unstorable ? [unstorable] : [];
        if (errors.Count > 0)
            return null;
        var (found, values, local) = (new List<FieldError>(), new JsonObject(), new JsonObject());
        var (uid, appUserId, status) = ((string?)null, (string?)null, (PersonStatus?)null);
        foreach (var (name, value) in row)
        {
            if (AttributeValue.IsUnassigned(value))
                continue;
            switch (name)
            {
                case "uid":
                    uid = TypedValue.Text(value);
                    if (uid is null)
                        found.Add(new("uid", "'uid' must be a text, not a list or an object."));
                    break;
                case "appUserId":
                    appUserId = PersonEdit.AppUserId(value, found);
                    break;
                case "status":
                    status = ReadStatus(value!, found);
                    break;
                case "localAttributes":
                    local = LocalAttributes.Merge(local, value, found);
                    break;
                default:
                    PersonEdit.SetAll(name, value, Set, found);
                    break;
            }
        }
        if (string.IsNullOrWhiteSpace(uid) && mayLackUid)
        {
            uid = null;
            if (appUserId is null && found.Count == 0)
                found.Add(new("uid", "A row needs a 'uid' or an 'appUserId'."));
        }
        else if (
            !found.Exists(error => error.FullName == "uid")
            && (string.IsNullOrWhiteSpace(uid) || uid.Length > CommonAttributes.IndexedLength)
        )
            found.Add(new("uid", $"A row needs a 'uid' of up to {CommonAttributes.IndexedLength} characters."));
        errors = found;
        return found.Count == 0 ? new(uid, appUserId, status, values, local) : null;

        void Set(string name, JsonNode? value, string field, bool isBuiltIn)
        {
            if (AttributeValue.IsUnassigned(value))
                return;
            if (catalogue.Find(name) is not { } attribute || Catalogue.IsBuiltIn(name) != isBuiltIn)
                found.Add(new(field, PersonEdit.Unknown(name, isBuiltIn, catalogue)));
            else if (PersonEdit.OwnValue(attribute, value, fromText: true, out var error) is { } read)
                values[attribute.Name] = read;
            else
                found.Add(new(field, error!));
        }
    }

    static PersonStatus? ReadStatus(JsonNode value, List<FieldError> errors)
    {
        if (WireName.TryParse(TypedValue.Text(value), out PersonStatus status) && status is not PersonStatus.Deleted)
            return status;
        errors.Add(new("status", "'status' must be 'active' or 'inactive'."));
        return null;
    }
}
