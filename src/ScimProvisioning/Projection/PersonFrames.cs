using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>What a person's JSON shows beside the person.</summary>
static class PersonFrames
{
    /// <summary>
    /// Where this server shows a sign of the identity provider. Without the server's own name: events are kept, and the name may change.
    /// </summary>
    public static string IconUrl(string provider) => $"/icons/{provider}.svg";

    public static PersonFrame Of(ProjectedConnection connection, Catalogue catalogue, IReadOnlyList<PersonGroup> groups) =>
        new(connection.OrganizationId, connection.Id, connection.Provider, IconUrl(connection.Provider), groups, catalogue);
}
