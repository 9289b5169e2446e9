namespace ScimProvisioning.Api;

/// <summary>
/// A request outside SCIM that is refused because of what it asks. The response is problem details (RFC 9457), with <c>Message</c> as its
/// <c>detail</c>.
/// </summary>
sealed class ProblemException : Exception
{
    ProblemException(int status, string code, string detail)
        : base(detail) => (Status, Code) = (status, code);

    /// <summary>HTTP status code.</summary>
    public int Status { get; }

    /// <summary>What is wrong, for programs: a code never changes once it is published.</summary>
    public string Code { get; }

    /// <summary>For an invalid message: the texts for each wrong field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; private init; }

    public static ProblemException Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(400, "validation_failed", $"Correct these fields: {string.Join(", ", errors.Keys)}.") { Errors = errors };

    public static ProblemException Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]> { [field] = [message] });

    public static ProblemException BadRequest(string code, string detail) => new(400, code, detail);

    public static ProblemException Forbidden(string detail) => new(403, "forbidden", detail);

    public static ProblemException NotFound(string detail) => new(404, "not_found", detail);

    public static ProblemException Conflict(string code, string detail) => new(409, code, detail);

    /// <summary>The same with a text for each field that stands against it.</summary>
    public static ProblemException Conflict(string code, string detail, IReadOnlyDictionary<string, string[]> errors) =>
        new(409, code, detail) { Errors = errors };

    public static ProblemException Gone(string code, string detail) => new(410, code, detail);

    public static ProblemException UnsupportedMediaType(string detail) => new(415, "unsupported_media_type", detail);

    public static ProblemException Unprocessable(string code, string detail) => new(422, code, detail);
}
