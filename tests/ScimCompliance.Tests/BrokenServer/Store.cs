using System.Globalization;
using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>A stored resource. Its document holds what clients have written; <c>members</c> of a group hold only ids.</summary>
sealed class Resource
{
    public required string Id { get; set; }

    public required ResourceType Type { get; init; }

    public required JsonObject Document { get; set; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Modified { get; set; }

    public int Version { get; set; } = 1;

    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");

    public IEnumerable<string> Members => (Document["members"] as JsonArray ?? []).Select(member => (string)member!["value"]!);
}

/// <summary>The resources of one server, in memory. Callers hold its lock.</summary>
sealed class Store(Behaviour behaviour)
{
    readonly List<Resource> _all = [];
    readonly Dictionary<string, Resource> _byId = new(StringComparer.Ordinal);
    long _lastTick;

    public Lock Lock { get; } = new();

    /// <summary>The Tenant URL.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>Ids of resources that a bulk request is about to create.</summary>
    public HashSet<string> ExpectedIds { get; } = [];

    /// <summary>Names of deleted users, for a defect that does not allow them again.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, bool> TakenNames { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>In the order of creation.</summary>
    public IReadOnlyList<Resource> All => _all;

    /// <summary>A new id, greater than all before: a version 7 GUID begins with its millisecond, and each id gets another one.</summary>
    public string NewId() => NewId(Now());

    public Resource? Find(string id) => _byId.GetValueOrDefault(id);

    public Resource? Find(ResourceType type, string id) => Find(id) is { } found && found.Type == type ? found : null;

    /// <summary>Gives a resource another id, for a defect.</summary>
    public void Rename(Resource resource, string id)
    {
        _byId.Remove(resource.Id);
        _byId[resource.Id = id] = resource;
    }

    public Resource Get(ResourceType type, string id) =>
        Find(type, id) ?? throw ScimException.NotFound($"There is no {type.Name} with the id '{id}'.");

    public Resource Add(ResourceType type, string? id, JsonObject document)
    {
        Check(type, document, null);
        var now = Now();
        var resource = new Resource
        {
            Id = id ?? NewId(now),
            Type = type,
            Document = document,
            Created = now,
            Modified = now,
        };
        _all.Add(resource);
        _byId.Add(resource.Id, resource);
        return resource;
    }

    public void Change(Resource resource, JsonObject document)
    {
        Check(resource.Type, document, resource);
        if (!behaviour.EmptyWritesCount && JsonNode.DeepEquals(document, resource.Document))
            return;
        resource.Document = document;
        if (behaviour.VersionsChange)
            resource.Version++;
        if (behaviour.TimesChange)
            resource.Modified = Now();
    }

    public void Remove(Resource resource)
    {
        _all.Remove(resource);
        _byId.Remove(resource.Id);
        if (behaviour.DeletedUsersStayMembers)
            return;
        foreach (var group in _all.Where(group => group.Members.Contains(resource.Id)).ToList())
        {
            var document = (JsonObject)group.Document.DeepClone();
            document["members"] = new JsonArray([
                .. group.Members.Where(id => id != resource.Id).Select(id => new JsonObject { ["value"] = id }),
            ]);
            Change(group, document);
        }
    }

    public void Clear()
    {
        lock (Lock)
        {
            _all.Clear();
            _byId.Clear();
        }
    }

    public string Location(Resource resource) => $"{BaseUrl}/{resource.Type.Collection}/{resource.Id}";

    /// <summary>The resource as clients see it, with the computed attributes.</summary>
    public JsonObject Show(Resource resource)
    {
        var json = new JsonObject { ["id"] = resource.Id };
        foreach (var (name, value) in resource.Document)
            json[name] = value?.DeepClone();
        if (resource.Type.IsGroup)
            json["members"] = new JsonArray([.. resource.Members.Select(Member)]);
        else if (_all.Where(group => group.Type.IsGroup && group.Members.Contains(resource.Id)).ToList() is { Count: > 0 } groups)
            json["groups"] = new JsonArray([
                .. groups.Select(group => new JsonObject
                {
                    ["value"] = group.Id,
                    ["$ref"] = Location(group),
                    ["display"] = Name(group),
                    ["type"] = "direct",
                }),
            ]);
        json["meta"] = new JsonObject
        {
            ["resourceType"] = resource.Type.Name,
            ["created"] = Text(resource.Created),
            ["lastModified"] = Text(resource.Modified),
            ["location"] = Location(resource),
            ["version"] = resource.ETag,
        };
        return json;
    }

    JsonObject Member(string id) =>
        Find(id) is { } member
            ? new()
            {
                ["value"] = id,
                ["$ref"] = Location(member),
                ["type"] = member.Type.Name,
                ["display"] = Name(member),
            }
            : new() { ["value"] = id };

    void Check(ResourceType type, JsonObject document, Resource? current)
    {
        var (name, unique) = type.IsUser ? ("userName", behaviour.UniqueUserNames) : ("displayName", behaviour.UniqueGroupNames);
        var compared = behaviour.NamesIgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (
            unique
            && _all.Any(other =>
                other != current && other.Type == type && string.Equals((string?)other.Document[name], (string?)document[name], compared)
            )
        )
            throw ScimException.Uniqueness($"A {type.Name} with this {name} exists already.");
        if (document["members"] is not JsonArray members)
            return;
        var ids = members
            .Select(member => (string?)member?["value"] ?? throw ScimException.InvalidValue("A member has no value."))
            .Distinct()
            .ToList();
        if (
            ids.FirstOrDefault(id => Find(id) is null && !ExpectedIds.Contains(id) && current?.Members.Contains(id) is not true) is
            { } unknown
        )
            throw ScimException.InvalidValue($"'{unknown}' is no user or group.");
        document["members"] = new JsonArray([.. ids.Select(id => new JsonObject { ["value"] = id })]);
    }

    // The time, but at least a millisecond later than the last one, so that an order by time is the order of the writes.
    DateTimeOffset Now()
    {
        while (true)
        {
            var last = Volatile.Read(ref _lastTick);
            var next = Math.Max(TimeProvider.System.GetUtcNow().UtcTicks, last + TimeSpan.TicksPerMillisecond);
            if (Interlocked.CompareExchange(ref _lastTick, next, last) == last)
                return new(next, TimeSpan.Zero);
        }
    }

    static string NewId(DateTimeOffset time) => Guid.CreateVersion7(time).ToString();

    static string Name(Resource resource) => (string?)resource.Document["displayName"] ?? (string?)resource.Document["userName"] ?? "";

    static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
