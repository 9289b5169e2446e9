using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace ScimProvisioning.Api;

/// <summary>
/// Explains why the body of a request cannot be read. The texts of .NET name types of ours; these name fields of the request.
/// </summary>
static partial class UnreadableRequest
{
    public const string Id = "Must be an id, such as 0193a5b0-7e1c-7d52-a1f3-5c4b9d0e8f26; a key (con-…) or a clientId (client-…) is none.";
    public const string WholeNumber = "Must be a whole number, up to 2147483647.";
    public const string TrueOrFalse = "Must be true or false.";

    /// <summary>Turns the failure into one that names the wrong field and says what it must be.</summary>
    public static Exception Explain(BadHttpRequestException failure, HttpContext http)
    {
        if (failure.StatusCode != StatusCodes.Status400BadRequest)
            return failure;
        return failure.InnerException switch
        {
            JsonException { InnerException: JsonException, LineNumber: { } line, BytePositionInLine: { } position } => BadRequest(
                $"The body is not JSON: it cannot be read from line {line + 1}, byte {position + 1} on."
            ),
            JsonException wrong => Wrong(wrong, http) ?? BadRequest("The body is JSON, but not the object that is expected here."),
            _ => BadRequest("Send a JSON object as the body."),
        };
    }

    static ProblemException BadRequest(string detail) => ProblemException.BadRequest("bad_request", detail);

    // A JsonException names sometimes the type of the field and sometimes that of the object around it. Its path is always right.
    static ProblemException? Wrong(JsonException wrong, HttpContext http)
    {
        var type = http.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var options = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var name = "";
        foreach (Match step in Step().Matches(wrong.Path ?? ""))
        {
            if (type is null)
                return null;
            if (step.Groups["index"] is { Success: true })
            {
                (name, type) = (name + step.Value, type.GetGenericArguments().FirstOrDefault());
                continue;
            }
            var fields = options.GetTypeInfo(type).Properties.Where(property => property.Set is not null).ToList();
            name += name is "" ? step.Groups["name"].Value : $".{step.Groups["name"].Value}";
            if (
                fields.Find(property => property.Name.Equals(step.Groups["name"].Value, StringComparison.OrdinalIgnoreCase))
                is not { } field
            )
                return ProblemException.Invalid(
                    name,
                    $"Is unknown here. There are: {string.Join(", ", fields.Select(property => property.Name))}."
                );
            type = field.PropertyType;
        }
        if (type is null || name is "")
            return null;
        return ProblemException.Invalid(
            name,
            wrong.Message.StartsWith("Duplicate", StringComparison.Ordinal)
                ? "Must not be there twice."
                : Expected(Nullable.GetUnderlyingType(type) ?? type)
        );
    }

    static string Expected(Type type) =>
        type == typeof(string) ? "Must be text, in quotation marks and without halves of characters."
        : type == typeof(bool) ? TrueOrFalse
        : type == typeof(int) ? WholeNumber
        : type == typeof(Guid) ? Id
        : type == typeof(DateTimeOffset) ? "Must be a time with its zone, such as 2030-01-31T12:00:00Z."
        : type == typeof(IReadOnlyList<string>) ? "Must be a list, as [\"…\"]."
        : "Must be an object, as {…}.";

    // Matches a step of a path of System.Text.Json, such as $.name['odd name'][0].
    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\['(?<name>.*?)'\]|\[(?<index>\d+)\]")]
    private static partial Regex Step();
}
