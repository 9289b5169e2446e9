using Scim;
using Scim.Directory;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>Whether the default uid finds what it is made for: Entra's object id as <c>externalId</c>.</summary>
static class ObjectIds
{
    public static bool Has(ReceivedUser user) => Mapping.IsGuid((string?)user.Document[CommonAttributes.ExternalId.Name]);

    /// <summary>What is allowed and will be regretted.</summary>
    public static Statement Missing(long users) =>
        Statement.Of(
            "plan.other-ids",
            $"{users} users have no GUID as externalId, so they are told apart by their SCIM id: who is deleted and provisioned "
                + $"again, or is provisioned by another application, is a new person. Let the identity provider send an id that never "
                + $"changes as externalId; in Entra, map objectId to externalId, before the first cycle."
        );
}
