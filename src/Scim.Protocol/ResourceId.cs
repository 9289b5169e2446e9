namespace Scim;

/// <summary>
/// The ids that this service provider assigns: lower-case hyphenated UUIDs. RFC 7643 §3.1 allows any string and compares ids exactly,
/// so every other spelling of a UUID is the id of nothing.
/// </summary>
public static class ResourceId
{
    /// <returns>False when no resource can have that text as its id.</returns>
    public static bool TryParse(string text, out Guid id) => Guid.TryParseExact(text, "D", out id) && id.ToString() == text;
}
