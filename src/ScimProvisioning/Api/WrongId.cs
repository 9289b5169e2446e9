using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Api;

/// <summary>
/// Says what stands in an address where an id belongs: the names and secrets that are shown beside ids are taken for them.
/// </summary>
static class WrongId
{
    /// <summary>What to change in this path; <c>null</c> when nothing in it is known to be wrong. It repeats no secret.</summary>
    public static string? In(PathString path) =>
        path.StartsWithSegments(ApiRoutes.Root, out var rest)
            ? rest.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Explain).FirstOrDefault(text => text is not null)
            : null;

    static string? Explain(string segment) =>
        segment.StartsWith(ConnectionKey.Prefix, StringComparison.OrdinalIgnoreCase)
            ? $"'{segment}' is the key of a connection, as it stands in the Tenant URL. Here belongs its id: "
                + $"GET {ApiRoutes.Root}{ApiRoutes.Connections} shows both."
        : ClientId.IsPossible(segment)
            ? $"'{segment}' is the clientId of an OAuth client. Here belongs its id: the list of clients shows both."
        : segment.StartsWith(AdminKeyStore.Prefix, StringComparison.Ordinal)
            ? "There is an admin key where an id belongs. It may now stand in logs: revoke it, and make another."
        : UnverifiedJwt.AlgorithmOf(segment) is not null
            ? "There is a token where its id belongs: the list of tokens shows the ids. It may now stand in logs: revoke it."
        : null;
}
