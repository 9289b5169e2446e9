using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>
/// Finds out whether a resource is ours. A server may answer a POST with another resource, which must be neither changed nor deleted.
/// </summary>
static class Ownership
{
    public static bool IsOurs(JsonNode? resource, ResourceKind kind, string mark) =>
        kind.NameOf(resource).Contains(mark, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Null when the id in the answer to a POST may be used: the name in the answer has our mark or, when the answer shows no name, the
    /// resource that is read has it.
    /// </summary>
    public static async Task<string?> ProblemAsync(Reply posted, ResourceKind kind, string mark, Func<string, Task<Reply>> read)
    {
        if (posted["id"].Text() is not { Length: > 0 } id)
            return "POST was answered without an id";
        if (IsOurs(posted.Json, kind, mark))
            return null;
        var reply = await read(id);
        if (!reply.IsSuccess)
            return $"POST was answered without the name that was sent, and a GET of its id was answered {reply.Summary}";
        return IsOurs(reply.Json, kind, mark)
            ? null
            : $"POST was answered with another resource: {Describe(reply.Json, kind)} with the id {id}; nothing was written to it";
    }

    /// <summary>Null when a resource may be changed: it shows no name, or a name with our mark.</summary>
    public static string? Problem(Reply read, ResourceKind kind, string mark) =>
        kind.NameOf(read.Json) is "" || IsOurs(read.Json, kind, mark)
            ? null
            : $"GET of its id shows another resource: {Describe(read.Json, kind)}; nothing was written to it";

    /// <summary>For messages.</summary>
    public static string Describe(JsonNode? resource, ResourceKind kind) =>
        kind.NameOf(resource) is { Length: > 0 } name ? $"'{name}'" : $"a resource without a {kind.NameAttribute}";
}
