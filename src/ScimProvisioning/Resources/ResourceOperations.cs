using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Resources;

/// <summary>
/// The operations of RFC 7644 §3 on single resources, wherever they come from: a request, a part of a bulk request, or the server itself.
/// Each is a transaction of its own.
/// </summary>
sealed class ResourceOperations(ResourceStore store, MemberStore members)
{
    /// <summary>RFC 7644 §3.4.1.</summary>
    /// <exception cref="ScimException">404.</exception>
    public async Task<StoredResource> GetAsync(
        Caller caller,
        ResourceType type,
        string id,
        AttributeProjection shown,
        CancellationToken ct
    ) => await store.GetAsync(caller, type, IdOf(id, type), RelatedResources.AreShown(type, shown), ct) ?? throw NotFound(id, type);

    /// <summary>RFC 7644 §3.3.</summary>
    /// <param name="id">The id, when other resources refer to it already; <c>null</c>: a new one.</param>
    /// <param name="later">Members that do not exist yet and are added later.</param>
    /// <param name="shown">What the reply shows; <c>null</c>: nothing.</param>
    public async Task<StoredResource> CreateAsync(
        Caller caller,
        ResourceType type,
        Guid? id,
        JsonObject body,
        IReadOnlySet<Guid> later,
        AttributeProjection? shown,
        CancellationToken ct
    )
    {
        var document = ResourceParser.Create(body, type);
        var present = TakeMembers(document, type).Where(member => !later.Contains(member)).ToArray();
        var created = await store.CreateAsync(caller, type, id, document, present, ct);
        return present.Length > 0 ? await WithMembersAsync(caller, created, shown, ct) : created;
    }

    /// <summary>RFC 7644 §3.5.1.</summary>
    /// <param name="shown">What the reply shows; <c>null</c>: nothing.</param>
    public async Task<StoredResource> ReplaceAsync(
        Caller caller,
        ResourceType type,
        string id,
        JsonObject body,
        Precondition precondition,
        AttributeProjection? shown,
        CancellationToken ct
    )
    {
        var key = IdOf(id, type);
        var present = TakeMembers(ResourceParser.Replace(body, type, []), type);
        var membership = type.IsGroup ? MembershipPatch.Exactly(present) : MembershipPatch.None;
        var changed =
            await store.UpdateAsync(caller, type, key, Replace, membership, ct, mayBeSeenBefore: type.IsUser) ?? throw NotFound(id, type);
        return await WithMembersAsync(caller, changed, shown, ct);

        JsonObject Replace(StoredResource current)
        {
            precondition.Require(current);
            var document = ResourceParser.Replace(body, type, current.ParseDocument());
            if (type.IsGroup)
                document.Remove(GroupSchema.Members.Name);
            return document;
        }
    }

    /// <summary>RFC 7644 §3.5.2.</summary>
    /// <param name="work">What the operations of the request may cost.</param>
    /// <param name="shown">What the reply shows, when the request says so; <c>null</c>: see <see cref="ShowsPatched"/>.</param>
    /// <param name="hasBody">Whether the reply may show the resource at all; else no members are read for it.</param>
    public async Task<StoredResource> PatchAsync(
        Caller caller,
        ResourceType type,
        string id,
        JsonObject body,
        Precondition precondition,
        WorkLimit work,
        AttributeProjection? shown,
        bool hasBody,
        CancellationToken ct
    )
    {
        var key = IdOf(id, type);
        var parsed = PatchParser.Parse(body, type, caller.Settings.IgnoreUnknownAttributes, work);
        var (membership, operations) = MembershipPatch.Split(parsed);
        var reply = caller.Settings.GroupPatchReturnsResource;
        var spent = work.Steps;
        var namesId = operations.Any(operation => operation.Path.Attribute == CommonAttributes.Id);
        var namesGroups = operations.Any(operation => operation.Path.Attribute == UserSchema.Groups);
        var showsSmall = hasBody && type.IsGroup && shown is null && reply == GroupPatchReply.Auto;
        var mostMembers = showsSmall ? GroupPatchReply.SmallGroup : 0;
        var mayBeSeenBefore = type.IsUser && !namesGroups;
        var onlyMembers = operations.Count == 0 && membership != MembershipPatch.None && precondition == Precondition.None;
        var changed =
            (
                onlyMembers && MemberStore.Takes(membership)
                    ? await members.UpdateAsync(caller, type, key, membership, mostMembers, ct)
                    : await store.UpdateAsync(caller, type, key, Apply, membership, ct, mayBeSeenBefore, mostMembers)
            ) ?? throw NotFound(id, type);
        if (hasBody && type.IsGroup && shown is null && reply == GroupPatchReply.Always)
            shown = AttributeProjection.Parse(null, null, type);
        return await WithMembersAsync(caller, changed, shown, ct);

        JsonObject Apply(StoredResource current)
        {
            precondition.Require(current);
            work.ReturnTo(spent); // The transaction may be tried again.
            if (!namesId && !namesGroups)
                return Patcher.Apply(current.ParseDocument(), operations, type, work);
            // A PATCH may repeat the value of a read-only attribute: Okta sends the id.
            var document = (JsonObject)current.ParseDocument().DeepClone();
            document["id"] = id;
            if (namesGroups && current.Related is not null)
                document[UserSchema.Groups.Name] = JsonNode.Parse(current.Related.Json.Span);
            document = Patcher.Apply(document, operations, type, work);
            document.Remove("id");
            if (type.IsUser)
                document.Remove(UserSchema.Groups.Name);
            return document;
        }
    }

    /// <summary>Whether the reply to a PATCH shows the resource.</summary>
    /// <param name="patched">
    /// As <see cref="PatchAsync"/> returns it: a group that is too large to be shown comes without its members.
    /// </param>
    /// <param name="shown">What the request asks to see; <c>null</c>: it does not say.</param>
    /// <remarks>Entra takes either. Typed clients and Microsoft's validator want a body; a group may have 100,000 members.</remarks>
    public static bool ShowsPatched(Caller caller, StoredResource patched, AttributeProjection? shown) =>
        shown is not null
        || !patched.Type.IsGroup
        || caller.Settings.GroupPatchReturnsResource == GroupPatchReply.Always
        || caller.Settings.GroupPatchReturnsResource == GroupPatchReply.Auto && patched.Related is not null;

    /// <summary>RFC 7644 §3.6.</summary>
    public async Task<StoredResource> DeleteAsync(
        Caller caller,
        ResourceType type,
        string id,
        Precondition precondition,
        CancellationToken ct
    ) => await store.DeleteAsync(caller, type, IdOf(id, type), precondition.Require, ct) ?? throw NotFound(id, type);

    static Guid IdOf(string id, ResourceType type) => ResourceId.TryParse(id, out var key) ? key : throw NotFound(id, type);

    static ScimException NotFound(string id, ResourceType type) => ScimException.NotFound($"There is no {type.Name} with the id '{id}'.");

    /// <summary>Reads a group again when the reply shows its members, because only the database knows their names.</summary>
    async Task<StoredResource> WithMembersAsync(Caller caller, StoredResource changed, AttributeProjection? shown, CancellationToken ct) =>
        shown is not null
        && changed.Type.IsGroup
        && RelatedResources.AreShown(changed.Type, shown)
        && await store.GetAsync(caller, changed.Type, changed.Id, related: true, ct) is { } read
            ? read with
            {
                Outcome = changed.Outcome,
            }
            : changed;

    /// <summary>Takes the members out of the document before it is stored, because they are rows.</summary>
    static IReadOnlyCollection<Guid> TakeMembers(JsonObject document, ResourceType type)
    {
        if (!type.IsGroup)
            return [];
        var members = MemberIds.Read(document[GroupSchema.Members.Name]);
        document.Remove(GroupSchema.Members.Name);
        return members;
    }
}
