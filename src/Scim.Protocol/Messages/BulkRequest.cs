using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>Several operations in one request (RFC 7644 §3.7).</summary>
/// <param name="FailOnErrors">Stop after this number of errors, 1 or more; <c>null</c> to run all operations.</param>
/// <param name="Operations">In the order of the request.</param>
public sealed partial record BulkRequest(int? FailOnErrors, IReadOnlyList<BulkOperation> Operations)
{
    /// <summary>The schema URI of the message.</summary>
    public const string Id = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

    /// <summary>
    /// Reads the body of a bulk request. An operation that cannot be understood has an <see cref="BulkOperation.Error"/>: it fails by
    /// itself, as any other (RFC 7644 §3.7).
    /// </summary>
    /// <exception cref="ScimException">400 <c>invalidSyntax</c> or <c>invalidValue</c> for what is around the operations.</exception>
    public static BulkRequest Parse(JsonObject body)
    {
        StorableText.Require(body);
        var message = new JsonMembers(body, "");
        message.RequireSchema(Id);
        if (message.Find("Operations") is not JsonArray operations)
            throw ScimException.InvalidSyntax("A bulk request needs an array 'Operations' (RFC 7644 §3.7).");

        var failOnErrors = message.Integer("failOnErrors", ScimException.InvalidValue);
        if (failOnErrors < 0)
            throw ScimException.InvalidValue("'failOnErrors' must be at least 1, or be left out.");
        var bulkIds = new HashSet<string>(StringComparer.Ordinal);
        return new(
            failOnErrors is > 0 and var count ? (int)Math.Min(count, int.MaxValue) : null,
            [.. operations.Select((operation, i) => ReadOperation(operation as JsonObject, $"Operations[{i}]", bulkIds))]
        );
    }

    static BulkOperation ReadOperation(JsonObject? sent, string place, HashSet<string> bulkIds)
    {
        var member = new JsonMembers(sent ?? [], place);
        (BulkMethod? method, string? bulkId) = (null, null);
        try
        {
            if (sent is null)
                throw ScimException.InvalidSyntax($"'{place}' must be an object.");
            bulkId = member.Text("bulkId") is { Length: > 0 } text ? text : null;
            if (bulkId is not null && !bulkIds.Add(bulkId))
                throw ScimException.InvalidValue(
                    $"'{member.At("bulkId")}' repeats {ScimException.Quote(bulkId)}: each operation needs its own."
                );
            var known = Method(member);
            method = known;
            var (collection, target) = Path(member, known);
            if (known is BulkMethod.Post && bulkId is null)
                throw ScimException.InvalidValue($"'{member.At("bulkId")}' is missing: a POST needs one (RFC 7644 §3.7).");
            var version = member.Text("version") is { Length: > 0 } tag ? tag : null;
            return new(known, bulkId, version, collection, target, Data(member, known));
        }
        catch (ScimException error)
        {
            var name =
                sent?.KeyOf("method") is { } key && sent[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
            return new(method, bulkId, null, "", null, null) { Error = error, MethodName = name?.ToUpperInvariant() };
        }
    }

    static BulkMethod Method(JsonMembers member) =>
        member.RequiredText("method").ToUpperInvariant() switch
        {
            "POST" => BulkMethod.Post,
            "PUT" => BulkMethod.Put,
            "PATCH" => BulkMethod.Patch,
            "DELETE" => BulkMethod.Delete,
            _ => throw ScimException.InvalidSyntax(
                $"'{member.At("method")}' must be POST, PUT, PATCH or DELETE, not {ScimException.Quote(member.RequiredText("method"))}."
            ),
        };

    static (string Collection, string? Target) Path(JsonMembers member, BulkMethod method)
    {
        var (path, at) = (member.RequiredText("path"), member.At("path"));
        var match = PathForm().Match(path);
        var needsId = method is not BulkMethod.Post;
        if (!match.Success || match.Groups["target"].Success != needsId)
            throw ScimException.InvalidPath(
                $"'{at}' is {ScimException.Quote(path)}. "
                    + $"It must be like {(needsId ? "/Users/{id} or /Users/bulkId:{bulkId}" : "/Users")} "
                    + $"for {DiscoveryDocuments.Word(method).ToUpperInvariant()}."
            );
        return (match.Groups["collection"].Value, needsId ? match.Groups["target"].Value : null);
    }

    static JsonObject? Data(JsonMembers member, BulkMethod method)
    {
        if (method is BulkMethod.Delete)
            return null;
        return member.Find("data") switch
        {
            JsonObject data => data,
            null => throw ScimException.InvalidValue($"'{member.At("data")}' is missing: only a DELETE has none (RFC 7644 §3.7)."),
            _ => throw ScimException.InvalidSyntax($"'{member.At("data")}' must be an object."),
        };
    }

    [GeneratedRegex(@"^/?(?<collection>[A-Za-z][A-Za-z0-9_\-]*)(/(?<target>[^/?#\s]+))?\z")]
    private static partial Regex PathForm();
}

/// <summary>The methods of RFC 7644 §3.7.</summary>
public enum BulkMethod
{
    Post,
    Put,
    Patch,
    Delete,
}

/// <summary>One operation of a bulk request. Its data is not checked yet.</summary>
/// <param name="Method"><c>null</c> when the request names none that is known, or repeats a bulkId.</param>
/// <param name="BulkId">The client's name for the operation; required for a POST, else optional.</param>
/// <param name="Version">The entity tag that the resource must have, as in <c>If-Match</c>; <c>null</c> for any.</param>
/// <param name="Collection">The endpoint, such as <c>Users</c>.</param>
/// <param name="Target">The id, or <c>bulkId:…</c>; <c>null</c> for a POST.</param>
/// <param name="Data">The body; <c>null</c> for a DELETE.</param>
public sealed record BulkOperation(BulkMethod? Method, string? BulkId, string? Version, string Collection, string? Target, JsonObject? Data)
{
    /// <summary>Why the operation cannot be run; <c>null</c> when it can.</summary>
    public ScimException? Error { get; init; }

    /// <summary>The method as HTTP writes it.</summary>
    public string? MethodName
    {
        get => field ?? Method?.ToString().ToUpperInvariant();
        init;
    }

    /// <summary>Every <c>bulkId</c> that this operation refers to, in its data or as its target.</summary>
    public IReadOnlySet<string> FindReferences() =>
        BulkReferences.In(Data).Concat(BulkReferences.Named(Target) is { } target ? [target] : []).ToHashSet(StringComparer.Ordinal);
}
