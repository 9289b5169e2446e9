using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimCompliance.Http;

namespace ScimCompliance.Checks;

/// <summary>A path of Entra's attribute mapping: the JSON of a user that has it, and the name of its attribute.</summary>
static partial class MappedPath
{
    /// <param name="path">
    /// <c>title</c>, <c>name.givenName</c>, <c>emails[type eq "work"].value</c> or an enterprise attribute with its URN.
    /// </param>
    /// <returns>JSON text of an object.</returns>
    public static string UserJson(string path, JsonNode value)
    {
        var leaf = value.DeepClone();
        if (path.StartsWith(SchemaUrn.EnterpriseUser, StringComparison.Ordinal))
            return new JsonObject
            {
                ["schemas"] = new JsonArray(SchemaUrn.User, SchemaUrn.EnterpriseUser),
                [SchemaUrn.EnterpriseUser] = new JsonObject { [path[(SchemaUrn.EnterpriseUser.Length + 1)..]] = leaf },
            }.ToJsonString();
        if (ValuePath().Match(path) is { Success: true, Groups: var part })
            return new JsonObject
            {
                [part[1].Value] = new JsonArray(new JsonObject { ["type"] = part[2].Value, [part[3].Value] = leaf }),
            }.ToJsonString();
        return (
            path.Split('.') is [var name, var sub]
                ? new JsonObject { [name] = new JsonObject { [sub] = leaf } }
                : new JsonObject { [path] = leaf }
        ).ToJsonString();
    }

    /// <summary>
    /// The attribute as <see cref="Check.Attributes"/> names it: <c>User:emails.value</c>, <c>EnterpriseUser:department</c>.
    /// </summary>
    public static string AttributeName(string path) =>
        path.StartsWith(SchemaUrn.EnterpriseUser, StringComparison.Ordinal)
            ? "EnterpriseUser:" + path[(SchemaUrn.EnterpriseUser.Length + 1)..]
            : "User:" + Brackets().Replace(path, "");

    [GeneratedRegex("""\[[^\]]*\]""")]
    private static partial Regex Brackets();

    [GeneratedRegex("""^(\w+)\[type eq "(\w+)"\]\.(\w+)$""")]
    private static partial Regex ValuePath();
}
