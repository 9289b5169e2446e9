namespace ScimProvisioning.Directory.Purge;

/// <summary>Somebody, or a deleted group or other resource, that was erased for good.</summary>
/// <param name="Id">What was asked for: the id of the resource or of the person.</param>
/// <param name="ResourceType">The name of its type, such as User.</param>
/// <param name="ResourceId">The SCIM resource; null: an imported person who never had one.</param>
/// <param name="UserId">The person whom the application knew; null: nobody.</param>
/// <param name="DeletedAt">When it was deleted over SCIM; null: it was not, or is erased for longer.</param>
/// <param name="ChangesEmptied">How many entries of the change log have lost their values.</param>
/// <param name="Erased">By table, how many rows were deleted or emptied.</param>
sealed record PurgeResponse(
    Guid Id,
    string ResourceType,
    Guid? ResourceId,
    Guid? UserId,
    DateTime? DeletedAt,
    int ChangesEmptied,
    IReadOnlyDictionary<string, int> Erased
);
