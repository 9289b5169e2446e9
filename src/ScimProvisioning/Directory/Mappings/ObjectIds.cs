using Scim;
using Scim.Directory;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>Whether the default uid finds what it is made for: Entra's object id as <c>externalId</c>.</summary>
static class ObjectIds
{
    /// <summary>Whether the mapping is the default one, which takes the SCIM id of whoever has no object id.</summary>
    public static bool AreMeant(Mapping? mapping) => mapping is null or { UidFormat: UidFormat.Guid, Uid: ["externalId", "id"] };

    public static bool Has(ReceivedUser user) => Guid.TryParse((string?)user.Document[CommonAttributes.ExternalId.Name], out _);

    /// <summary>What is allowed and will be regretted.</summary>
    public static Statement Missing(long users) =>
        Statement.Of(
            "plan.other-ids",
            $"{users} users have no GUID as externalId, so they are told apart by their SCIM id: who is deleted and provisioned "
                + $"again, or is provisioned by another application, is a new person. Let the identity provider send an id that never "
                + $"changes as externalId; in Entra, map objectId to externalId, before the first cycle."
        );
}
