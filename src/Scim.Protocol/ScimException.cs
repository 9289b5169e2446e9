namespace Scim;

/// <summary>
/// An error in a request, as SCIM reports it (RFC 7644 §3.12). <c>Message</c> becomes <c>detail</c>, which Entra shows to the admin.
/// </summary>
public sealed class ScimException : Exception
{
    ScimException(int status, string? scimType, string detail)
        : base(detail) => (Status, ScimType) = (status, scimType);

    /// <summary>HTTP status code.</summary>
    public int Status { get; }

    /// <summary>Keyword of RFC 7644 Table 9, or <c>null</c> where the table has none.</summary>
    public string? ScimType { get; }

    public static ScimException InvalidFilter(string detail) => new(400, "invalidFilter", detail);

    public static ScimException TooMany(string detail) => new(400, "tooMany", detail);

    public static ScimException Uniqueness(string detail) => new(409, "uniqueness", detail);

    /// <summary>A bulk operation refers to a resource that does not exist (RFC 7644 §3.7.1). Table 9 has no keyword for it.</summary>
    public static ScimException Conflict(string detail) => new(409, null, detail);

    public static ScimException Mutability(string detail) => new(400, "mutability", detail);

    public static ScimException InvalidSyntax(string detail) => new(400, "invalidSyntax", detail);

    public static ScimException InvalidPath(string detail) => new(400, "invalidPath", detail);

    public static ScimException NoTarget(string detail) => new(400, "noTarget", detail);

    public static ScimException InvalidValue(string detail) => new(400, "invalidValue", detail);

    /// <summary>RFC 9865 §2.1.</summary>
    public static ScimException InvalidCursor(string detail) => new(400, "invalidCursor", detail);

    /// <summary>RFC 9865 §2.1.</summary>
    public static ScimException ExpiredCursor(string detail) => new(400, "expiredCursor", detail);

    /// <summary>RFC 9865 §2.1.</summary>
    public static ScimException InvalidCount(string detail) => new(400, "invalidCount", detail);

    public static ScimException InvalidVersion(string detail) => new(400, "invalidVers", detail);

    public static ScimException Sensitive(string detail) => new(403, "sensitive", detail);

    public static ScimException Forbidden(string detail) => new(403, null, detail);

    public static ScimException NotFound(string detail) => new(404, null, detail);

    public static ScimException PreconditionFailed(string detail) => new(412, null, detail);

    public static ScimException PayloadTooLarge(string detail) => new(413, null, detail);

    public static ScimException UnsupportedMediaType(string detail) => new(415, null, detail);

    /// <summary>A client's text in quotes, cut to 100 characters for use in a detail.</summary>
    internal static string Quote(string text) => $"'{(text.Length > 100 ? text[..100] + "…" : text)}'";
}
