using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http;

/// <summary>The writes of RFC 7644 §3, each a transaction of its own, whether it came as a request or as an operation of a bulk request.</summary>
sealed class ResourceOperations(ResourceStore store)
{
    /// <summary>RFC 7644 §3.3.</summary>
    /// <param name="id">The id when others refer to it already; <c>null</c>: a new one.</param>
    /// <param name="later">Members that are not there yet and are added later.</param>
    /// <param name="shown">What the reply shows; <c>null</c>: nothing.</param>
    public async Task<StoredResource> CreateAsync(
        Caller caller,
        ResourceType type,
        Guid? id,
        JsonObject body,
        IReadOnlySet<Guid> later,
        Projection? shown,
        CancellationToken ct
    )
    {
        var document = ResourceParser.Create(body, type);
        var members = TakeMembers(document, type).Where(member => !later.Contains(member)).ToArray();
        var created = await store.CreateAsync(caller, type, id, document, members, ct);
        return members.Length > 0 ? await WithMembersAsync(caller, created, shown, ct) : created;
    }

    /// <summary>RFC 7644 §3.5.1.</summary>
    /// <param name="shown">What the reply shows; <c>null</c>: nothing.</param>
    public async Task<StoredResource> ReplaceAsync(
        Caller caller,
        ResourceType type,
        string id,
        JsonObject body,
        EntityTags tags,
        Projection? shown,
        CancellationToken ct
    )
    {
        var key = IdOf(id, type);
        var members = TakeMembers(ResourceParser.Replace(body, type, []), type);
        var changed =
            await store.UpdateAsync(
                caller,
                type,
                key,
                current =>
                {
                    tags.Require(current);
                    var document = ResourceParser.Replace(body, type, current.ReadDocument());
                    if (type.IsGroup)
                        document.Remove(GroupSchema.Members.Name);
                    return document;
                },
                type.IsGroup ? MembershipPatch.Exactly(members) : MembershipPatch.None,
                ct
            ) ?? throw NotFound(id, type);
        return await WithMembersAsync(caller, changed, shown, ct);
    }

    /// <summary>RFC 7644 §3.5.2.</summary>
    /// <param name="shown">What the reply shows; <c>null</c>: nothing.</param>
    public async Task<StoredResource> PatchAsync(
        Caller caller,
        ResourceType type,
        string id,
        JsonObject body,
        EntityTags tags,
        Projection? shown,
        CancellationToken ct
    )
    {
        var key = IdOf(id, type);
        var (membership, operations) = MembershipPatch.Split(PatchParser.Parse(body, type, caller.Settings.IgnoreUnknownAttributes));
        var changed =
            await store.UpdateAsync(
                caller,
                type,
                key,
                current =>
                {
                    tags.Require(current);
                    var document = current.ReadDocument();
                    // What is read-only may be repeated: Okta sends the id.
                    document["id"] = id;
                    if (current.Related is not null && operations.Any(operation => operation.Path.Attribute == UserSchema.Groups))
                        document[UserSchema.Groups.Name] = JsonNode.Parse(current.Related.Json.Span);
                    document = Patcher.Apply(document, operations, type);
                    document.Remove("id");
                    if (type.IsUser)
                        document.Remove(UserSchema.Groups.Name);
                    return document;
                },
                membership,
                ct
            ) ?? throw NotFound(id, type);
        return await WithMembersAsync(caller, changed, shown, ct);
    }

    /// <summary>Whether a PATCH that asks for nothing particular answers with the resource.</summary>
    /// <remarks>Entra wants users back and groups not: a group may have 100,000 members (RFC 7644 §3.5.2 allows both).</remarks>
    public static bool ShowsPatched(Caller caller, ResourceType type) => !type.IsGroup || caller.Settings.GroupPatchReturnsResource;

    /// <summary>RFC 7644 §3.6.</summary>
    public async Task DeleteAsync(Caller caller, ResourceType type, string id, EntityTags tags, CancellationToken ct)
    {
        if (!await store.DeleteAsync(caller, type, IdOf(id, type), tags.Require, ct))
            throw NotFound(id, type);
    }

    public static Guid IdOf(string id, ResourceType type) => ResourceId.TryParse(id, out var key) ? key : throw NotFound(id, type);

    public static ScimException NotFound(string id, ResourceType type) =>
        ScimException.NotFound($"There is no {type.Name} with the id '{id}'.");

    /// <summary>The names of the members are known to the store alone.</summary>
    async Task<StoredResource> WithMembersAsync(Caller caller, StoredResource changed, Projection? shown, CancellationToken ct) =>
        shown is not null && changed.Type.IsGroup && ResourceJson.NeedsRelated(changed.Type, shown)
            ? await store.GetAsync(caller, changed.Type, changed.Id, related: true, ct) ?? changed
            : changed;

    /// <summary>Members are rows: they leave the document before it is stored.</summary>
    static IReadOnlyCollection<Guid> TakeMembers(JsonObject document, ResourceType type)
    {
        if (!type.IsGroup)
            return [];
        var members = MemberIds.Read(document[GroupSchema.Members.Name]);
        document.Remove(GroupSchema.Members.Name);
        return members;
    }
}
