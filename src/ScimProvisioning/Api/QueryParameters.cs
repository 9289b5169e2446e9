using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace ScimProvisioning.Api;

/// <summary>
/// Refuses query parameters that an endpoint does not have, and values that it cannot read. Otherwise a misspelt <c>users=remove</c> would
/// be ignored, and the default would apply; and the framework answers a wrong value without naming it.
/// </summary>
static class QueryParameters
{
    // A parameter of another type fails the start of the server until it has a row here.
    static readonly Dictionary<Type, (Func<string, bool> CanRead, string Message)> Types = new()
    {
        [typeof(string)] = (_ => true, ""),
        [typeof(Guid?)] = (value => Guid.TryParse(value, CultureInfo.InvariantCulture, out _), UnreadableRequest.Id),
        [typeof(int?)] = (value => int.TryParse(value, CultureInfo.InvariantCulture, out _), UnreadableRequest.WholeNumber),
        [typeof(bool?)] = (value => bool.TryParse(value, out _), UnreadableRequest.TrueOrFalse),
    };

    public static RouteGroupBuilder CheckQueryParameters(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory(
            (endpoint, next) =>
            {
                var known = endpoint
                    .MethodInfo.GetParameters()
                    .SelectMany(Named)
                    .ToDictionary(parameter => parameter.Name, parameter => Types[parameter.Type], StringComparer.OrdinalIgnoreCase);
                var unknown =
                    known.Count == 0
                        ? "Is unknown here: there are no parameters."
                        : $"Is unknown here. There are: {string.Join(", ", known.Keys)}.";
                return call =>
                {
                    var errors = call
                        .HttpContext.Request.Query.Select(given =>
                            (given.Key, Error: Error(given.Value, known.GetValueOrDefault(given.Key), unknown))
                        )
                        .Where(given => given.Error is not null)
                        .ToDictionary(given => given.Key, given => (string[])[given.Error!]);
                    return errors.Count == 0 ? next(call) : throw ProblemException.Invalid(errors);
                };
            }
        );
        return group;
    }

    static string? Error(StringValues value, (Func<string, bool>? CanRead, string Message) type, string unknown) =>
        type.CanRead is null ? unknown
        : StringValues.IsNullOrEmpty(value) || type.CanRead(value.ToString()) ? null
        : type.Message;

    // By our convention every query parameter has its [FromQuery].
    static IEnumerable<(string Name, Type Type)> Named(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(AsParametersAttribute))
            ? parameter
                .ParameterType.GetProperties()
                .Where(property => property.IsDefined(typeof(FromQueryAttribute)))
                .Select(property => (property.GetCustomAttribute<FromQueryAttribute>()!.Name ?? property.Name, property.PropertyType))
        : parameter.GetCustomAttribute<FromQueryAttribute>() is { } query ? [(query.Name ?? parameter.Name!, parameter.ParameterType)]
        : [];
}
