using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace ScimProvisioning.Api;

/// <summary>
/// Refuses query parameters that an endpoint does not have. Otherwise a misspelt <c>users=remove</c> would be ignored, and the default
/// would apply.
/// </summary>
static class UnknownParameters
{
    public static RouteGroupBuilder RefuseUnknownParameters(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory(
            (endpoint, next) =>
            {
                var known = endpoint.MethodInfo.GetParameters().SelectMany(NamesOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
                string[] message =
                [
                    known.Count == 0
                        ? "Is unknown here: there are no parameters."
                        : $"Is unknown here. There are: {string.Join(", ", known)}.",
                ];
                return call =>
                    call.HttpContext.Request.Query.Keys.All(known.Contains)
                        ? next(call)
                        : throw ProblemException.Invalid(
                            call.HttpContext.Request.Query.Keys.Where(key => !known.Contains(key)).ToDictionary(key => key, _ => message)
                        );
            }
        );
        return group;
    }

    // By our convention every query parameter has its [FromQuery].
    static IEnumerable<string> NamesOf(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(AsParametersAttribute))
            ? parameter
                .ParameterType.GetProperties()
                .Select(property => property.GetCustomAttribute<FromQueryAttribute>()?.Name)
                .OfType<string>()
        : parameter.GetCustomAttribute<FromQueryAttribute>() is { } query ? [query.Name ?? parameter.Name!]
        : [];
}
