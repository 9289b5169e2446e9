using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>Whose resource an id stands for: a server may answer a POST with somebody else, who must be neither changed nor deleted.</summary>
static class Ownership
{
    /// <param name="collection"><c>/Users</c> or <c>/Groups</c>.</param>
    public static string Attribute(string collection) => collection is "/Users" ? "userName" : "displayName";

    /// <summary>What it is called; "" when it shows no name.</summary>
    public static string Name(JsonNode? resource, string collection) =>
        (resource as JsonObject)
            ?.FirstOrDefault(member => member.Key.Equals(Attribute(collection), StringComparison.OrdinalIgnoreCase))
            .Value.Text()
        ?? "";

    public static bool IsOurs(JsonNode? resource, string collection, string mark) =>
        Name(resource, collection).Contains(mark, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when the id in the answer to a POST may be used: the answer shows our mark in the name or, if it does not, what is read at the id does.</summary>
    public static async Task<string?> ProblemAsync(Reply posted, string collection, string mark, Func<string, Task<Reply>> read)
    {
        if (posted["id"].Text() is not { Length: > 0 } id)
            return "POST was answered without an id";
        if (IsOurs(posted.Json, collection, mark))
            return null;
        var reply = await read(id);
        if (!reply.IsSuccess)
            return $"POST was answered without the name that was sent, and a GET of its id was answered {reply.Summary}";
        return IsOurs(reply.Json, collection, mark)
            ? null
            : $"POST was answered with somebody else: {Describe(reply.Json, collection)} with the id {id}; nothing was written to it";
    }

    /// <summary>Null when what was read, before it is changed, does not show a name without our mark.</summary>
    public static string? Problem(Reply read, string collection, string mark) =>
        Name(read.Json, collection) is "" || IsOurs(read.Json, collection, mark)
            ? null
            : $"GET of its id shows somebody else: {Describe(read.Json, collection)}; nothing was written to it";

    /// <summary>For messages.</summary>
    public static string Describe(JsonNode? resource, string collection) =>
        Name(resource, collection) is { Length: > 0 } name ? $"'{name}'" : $"a resource without a {Attribute(collection)}";
}
