using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace ScimProvisioning.Http;

/// <summary>What is wrong with a request that does not fit the parameters of its endpoint, in words of its caller and not of .NET.</summary>
static partial class UnreadableRequest
{
    /// <summary>The same failure, with the field of the body or the parameter of the URL that is wrong, and what it must be.</summary>
    public static Exception Explain(BadHttpRequestException failure, HttpContext http)
    {
        if (failure.StatusCode != StatusCodes.Status400BadRequest) return failure;
        if (Parameter().Match(failure.Message) is { Success: true } parameter)
            return ProblemException.Invalid(JsonNamingPolicy.CamelCase.ConvertName(parameter.Groups["name"].Value), Expected(parameter.Groups["type"].Value));
        return failure.InnerException switch
        {
            JsonException { InnerException: JsonException, LineNumber: { } line, BytePositionInLine: { } position } =>
                BadRequest($"The body is not JSON: it cannot be read from line {line + 1}, byte {position + 1} on."),
            JsonException { Path: ['$', '.', .. var path] } wrong when http.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } body =>
                ProblemException.Invalid(path, wrong.Message.StartsWith("Duplicate", StringComparison.Ordinal) ? "Must not be there twice." : Message(body, path, http)),
            JsonException => BadRequest("The body is JSON, but not the object that is expected here."),
            _ => BadRequest("Send a JSON object as the body."),
        };
    }

    static ProblemException BadRequest(string detail) => ProblemException.BadRequest("bad_request", detail);

    // The text of a JsonException names the type of the field or that of the object around it, as it happens: the path is sure.
    static string Message(Type body, string path, HttpContext http)
    {
        var (options, type) = (http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions, body);
        foreach (var segment in path.Split('.'))
        {
            var fields = options.GetTypeInfo(type).Properties.Where(property => property.Set is not null);
            if (fields.FirstOrDefault(property => segment.Split('[')[0].Equals(property.Name, StringComparison.OrdinalIgnoreCase)) is not { } field)
                return $"Is unknown here. There are: {string.Join(", ", fields.Select(property => property.Name))}.";
            type = segment.EndsWith(']') ? field.PropertyType.GetGenericArguments().Single() : field.PropertyType;
        }
        return Expected((Nullable.GetUnderlyingType(type) ?? type).Name);
    }

    static string Expected(string type) => type switch
    {
        _ when type.Contains("List", StringComparison.Ordinal) => "Must be a list, as [\"…\"].",
        _ when type.Contains("Guid", StringComparison.Ordinal) => "Must be an id, such as 0193a5b0-7e1c-7d52-a1f3-5c4b9d0e8f26.",
        _ when type.Contains("Date", StringComparison.Ordinal) => "Must be a time with its zone, such as 2030-01-31T12:00:00Z.",
        _ when type.Contains("int", StringComparison.OrdinalIgnoreCase) => "Must be a whole number.",
        _ when type.Contains("bool", StringComparison.OrdinalIgnoreCase) => "Must be true or false.",
        _ when type.Contains("String", StringComparison.Ordinal) => "Must be text, in quotation marks.",
        _ => "Must be an object, as {…}.",
    };

    // The binding of parameters tells no more than its text.
    [GeneratedRegex("""^Failed to bind parameter "(?<type>\S+) (?<name>\w+)" from """)]
    private static partial Regex Parameter();
}
