using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace ScimProvisioning.Admin;

/// <summary>Refuses parameters of the URL that an endpoint does not have: a misspelt <c>users=remove</c> must not pass for one that was left out.</summary>
static class KnownParameters
{
    public static RouteGroupBuilder WithKnownParameters(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((endpoint, next) =>
        {
            var known = endpoint.MethodInfo.GetParameters().SelectMany(NamesOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return call =>
            {
                var unknown = call.HttpContext.Request.Query.Keys.Where(key => !known.Contains(key)).ToDictionary(key => key, _ => (string[])[Message(known)]);
                return unknown.Count == 0 ? next(call) : throw ProblemException.Invalid(unknown);
            };
        });
        return group;
    }

    static IEnumerable<string> NamesOf(ParameterInfo parameter) => parameter.IsDefined(typeof(AsParametersAttribute))
        ? parameter.ParameterType.GetConstructors().Single().GetParameters().SelectMany(NamesOf)
        : parameter.GetCustomAttribute<FromQueryAttribute>() is { } query ? [query.Name ?? parameter.Name!] : [];

    static string Message(HashSet<string> known) =>
        known.Count == 0 ? "Is unknown here: there are no parameters." : $"Is unknown here. There are: {string.Join(", ", known)}.";
}
