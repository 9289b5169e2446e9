using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>Addresses and methods (RFC 7644 §3.2).</summary>
sealed class Routes(Store store, Behaviour behaviour)
{
    readonly Discovery _discovery = new(store);
    readonly Writes _writes = new(store, behaviour);
    readonly Lists _lists = new(store, behaviour);

    /// <exception cref="ScimException">What the client did wrong.</exception>
    public Answer Answer(Message message)
    {
        if (message.Segments is ["Me", ..])
            return BrokenServer.Answer.Error(501, null, "There is no /Me.");
        if (_discovery.Find(message) is { } discovered)
            return discovered;
        if (message.Segments is [] or [".search"])
            return Search(message, ResourceTypes.BuiltIn.All, ["GET", "HEAD"]);
        if (message.Segments is ["Bulk"])
            return message.Method is "POST"
                ? new Bulk(store, _writes, behaviour).Run(Body(message))
                : BrokenServer.Answer.NotAllowed("POST");
        var type =
            ResourceTypes.BuiltIn.ForCollection(message.Segments[0]) ?? throw ScimException.NotFound("There is nothing at this address.");
        return message.Segments switch
        {
            [_] when message.Method is "POST" => Made(type, message),
            [_] or [_, ".search"] => Search(message, [type], ["GET", "HEAD", "POST"]),
            [_, var id] => One(type, id, message),
            _ => throw ScimException.NotFound("There is nothing at this address."),
        };
    }

    Answer Made(ResourceType type, Message message)
    {
        var resource = _writes.Create(type, Body(message));
        return Shown(201, resource, message).With("Location", store.Location(resource));
    }

    Answer Search(Message message, IReadOnlyList<ResourceType> types, string[] allowed)
    {
        if (message.Segments is [.., ".search"])
            return message.Method is "POST"
                ? _lists.Search(types, SearchRequest.Parse(Body(message)))
                : BrokenServer.Answer.NotAllowed("POST");
        return message.Method is "GET" or "HEAD"
            ? _lists.Search(types, SearchRequest.Parse(name => message.Query.GetValueOrDefault(name)))
            : BrokenServer.Answer.NotAllowed(string.Join(", ", allowed));
    }

    Answer One(ResourceType type, string id, Message message)
    {
        switch (message.Method)
        {
            case "GET" or "HEAD":
                var found = store.Get(type, id);
                return _writes.IsKnown(found, message.Headers) ? new Answer(304).With("ETag", found.ETag) : Shown(200, found, message);
            case "PUT":
                return Shown(200, _writes.Replace(type, id, Body(message), message.Headers), message);
            case "PATCH":
                var changed = _writes.Patch(type, id, Body(message), message.Headers);
                return type.IsUser || message.Query.ContainsKey("attributes") || message.Query.ContainsKey("excludedAttributes")
                    ? Shown(200, changed, message)
                    : new Answer(204).With("ETag", changed.ETag);
            case "DELETE":
                _writes.Delete(type, id, message.Headers);
                return new(204);
            default:
                return BrokenServer.Answer.NotAllowed("GET, HEAD, PUT, PATCH, DELETE");
        }
    }

    public static JsonObject Project(JsonObject resource, Message message, ResourceType type) =>
        AttributeProjection
            .Parse(message.Query.GetValueOrDefault("attributes"), message.Query.GetValueOrDefault("excludedAttributes"), type)
            .Apply(resource);

    Answer Shown(int status, Resource resource, Message message)
    {
        return new Answer(status, Project(store.Show(resource), message, resource.Type))
            .With("ETag", resource.ETag)
            .With("Content-Location", store.Location(resource));
    }

    static JsonObject Body(Message message) =>
        message.Unreadable is { } unreadable ? throw unreadable : message.Body ?? throw ScimException.InvalidSyntax("There is no body.");
}
