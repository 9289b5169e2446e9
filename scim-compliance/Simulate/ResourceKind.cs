using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>Users or groups: what differs between them in code that handles both.</summary>
sealed class ResourceKind
{
    public static ResourceKind User { get; } =
        new()
        {
            Name = "user",
            Collection = "/Users",
            NameAttribute = "userName",
            Targets = AttributeMapping.UserTargets,
            Body = AttributeMapping.UserBody,
            Phase = Simulate.Phase.Users,
            Matched = Count.UsersMatched,
            Created = Count.UsersCreated,
            Updated = Count.UsersUpdated,
            Deleted = Count.UsersDeleted,
        };

    public static ResourceKind Group { get; } =
        new()
        {
            Name = "group",
            Collection = "/Groups",
            // Entra never reads the members of a group.
            Query = "excludedAttributes=members",
            NameAttribute = "displayName",
            Targets = AttributeMapping.GroupTargets,
            Body = AttributeMapping.GroupBody,
            Phase = Simulate.Phase.Groups,
            Matched = Count.GroupsMatched,
            Created = Count.GroupsCreated,
            Updated = Count.GroupsUpdated,
            Deleted = Count.GroupsDeleted,
        };

    /// <summary>For messages.</summary>
    public required string Name { get; init; }

    public required string Collection { get; init; }

    /// <summary>Query parameters of every request that reads or finds such a resource.</summary>
    public string Query { get; init; } = "";

    /// <summary>Entra matches by it, and it holds the mark of the run.</summary>
    public required string NameAttribute { get; init; }

    /// <summary>Every SCIM path that is mapped.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>The body of the POST that creates one with these values.</summary>
    public required Func<Dictionary<string, string>, JsonObject> Body { get; init; }

    /// <summary>The phase of the cycle in which it is matched, created, changed and deleted.</summary>
    public required string Phase { get; init; }

    public required Count Matched { get; init; }

    public required Count Created { get; init; }

    public required Count Updated { get; init; }

    public required Count Deleted { get; init; }

    public string Path(string id) => $"{Collection}/{Uri.EscapeDataString(id)}";

    /// <summary>The userName or displayName that a server shows; "" when it shows none.</summary>
    public string NameOf(JsonNode? resource) =>
        (resource as JsonObject)
            ?.FirstOrDefault(member => member.Key.Equals(NameAttribute, StringComparison.OrdinalIgnoreCase))
            .Value.Text()
        ?? "";
}
