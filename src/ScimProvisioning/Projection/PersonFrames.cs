using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>What a person's JSON shows beside the person.</summary>
static class PersonFrames
{
    public static PersonFrame Of(ProjectedConnection connection, Catalogue catalogue, IReadOnlyList<PersonGroup> groups) =>
        new(connection.OrganizationId, connection.Id, connection.Provider, null, groups, catalogue);
}
