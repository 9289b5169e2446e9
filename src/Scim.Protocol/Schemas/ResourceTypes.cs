namespace Scim;

/// <summary>The resource types that one client may use, and their schemas: the built-in ones and those an admin registered.</summary>
public sealed class ResourceTypes(IReadOnlyList<ResourceType> all)
{
    /// <summary>User and Group.</summary>
    public static readonly ResourceTypes BuiltIn = new([ResourceType.User, ResourceType.Group]);

    /// <summary>User, Group, and the registered types in the order of their registration.</summary>
    public IReadOnlyList<ResourceType> All { get; } = all;

    /// <summary>Every schema once, in the order of the types that use them.</summary>
    public IReadOnlyList<SchemaDefinition> Schemas { get; } = [.. all.SelectMany(type => type.Extensions.Prepend(type.Schema)).Distinct()];

    /// <summary>The resource type with that endpoint, such as <c>Users</c> in any letter case, or <c>null</c>.</summary>
    public ResourceType? ForCollection(string collection) =>
        All.FirstOrDefault(type => type.Collection.Equals(collection, StringComparison.OrdinalIgnoreCase));

    /// <summary>The resource type of that name in any letter case, or <c>null</c>.</summary>
    public ResourceType? Named(string name) => All.FirstOrDefault(type => type.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
