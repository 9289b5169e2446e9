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

    /// <summary>Reads the body of a bulk request.</summary>
    /// <exception cref="ScimException">
    /// 400 <c>invalidSyntax</c>, <c>invalidValue</c> or <c>invalidPath</c>, naming the operation at fault.
    /// </exception>
    public static BulkRequest Parse(JsonObject body)
    {
        StorableText.Require(body);
        var message = new JsonMembers(body, "");
        message.RequireSchema(Id);
        if (message.Find("Operations") is not JsonArray)
            throw ScimException.InvalidSyntax("A bulk request needs an array 'Operations' (RFC 7644 §3.7).");

        var failOnErrors = message.Integer("failOnErrors", ScimException.InvalidValue);
        if (failOnErrors < 1)
            throw ScimException.InvalidValue("'failOnErrors' must be at least 1, or be left out.");
        var operations = new List<BulkOperation>();
        var bulkIds = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in message.Objects("Operations"))
        {
            var operation = ReadOperation(member);
            if (operation.BulkId is { } bulkId && !bulkIds.Add(bulkId))
                throw ScimException.InvalidValue(
                    $"'{member.At("bulkId")}' repeats {ScimException.Quote(bulkId)}: each operation needs its own."
                );
            operations.Add(operation);
        }
        return new(failOnErrors is { } count ? (int)Math.Min(count, int.MaxValue) : null, operations);
    }

    static BulkOperation ReadOperation(JsonMembers member)
    {
        var method = Method(member);
        var (collection, target) = Path(member, method);
        var bulkId = member.Text("bulkId") is { Length: > 0 } text ? text : null;
        if (method is BulkMethod.Post && bulkId is null)
            throw ScimException.InvalidValue($"'{member.At("bulkId")}' is missing: a POST needs one (RFC 7644 §3.7).");
        return new(
            method,
            bulkId,
            member.Text("version") is { Length: > 0 } version ? version : null,
            collection,
            target,
            Data(member, method)
        );
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
/// <param name="BulkId">The client's name for the operation; required for a POST, else optional.</param>
/// <param name="Version">The entity tag that the resource must have, as in <c>If-Match</c>; <c>null</c> for any.</param>
/// <param name="Collection">The endpoint, such as <c>Users</c>.</param>
/// <param name="Target">The id, or <c>bulkId:…</c>; <c>null</c> for a POST.</param>
/// <param name="Data">The body; <c>null</c> for a DELETE.</param>
public sealed record BulkOperation(BulkMethod Method, string? BulkId, string? Version, string Collection, string? Target, JsonObject? Data)
{
    /// <summary>Every <c>bulkId</c> that this operation refers to, in its data or as its target.</summary>
    public IReadOnlySet<string> FindReferences() =>
        BulkReferences.In(Data).Concat(BulkReferences.Named(Target) is { } target ? [target] : []).ToHashSet(StringComparer.Ordinal);
}
