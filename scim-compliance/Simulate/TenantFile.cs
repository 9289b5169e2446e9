using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>
/// A tenant as a JSON file:
/// <code>
/// {
///   "mark": "contoso-7f3a",
///   "users": [
///     {
///       "objectId": "…", "userPrincipalName": "ada@contoso-7f3a.example.com", "displayName": "Ada Lovelace",
///       "givenName": "Ada", "surname": "Lovelace", "mail": "…", "mailNickname": "…", "employeeId": "…", "department": "…",
///       "jobTitle": "…", "physicalDeliveryOfficeName": "…", "telephoneNumber": "…", "mobile": "…",
///       "facsimileTelephoneNumber": "…", "streetAddress": "…", "postalCode": "…", "city": "…", "state": "…", "country": "…",
///       "preferredLanguage": "en-GB", "accountEnabled": true, "manager": "objectId of a user"
///     }
///   ],
///   "groups": [
///     { "objectId": "…", "displayName": "Engineering (contoso-7f3a)", "members": ["objectId of a user or group"] }
///   ]
/// }
/// </code>
/// Required are <c>mark</c>, <c>objectId</c>, <c>userPrincipalName</c> and <c>displayName</c>. The mark is part of every userPrincipalName
/// and every group's displayName.
/// </summary>
static class TenantFile
{
    const int ShortestMark = 4;

    static readonly JsonSerializerOptions Options = new(JsonPaths.Relaxed)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static string Write(Tenant tenant) =>
        JsonSerializer.Serialize(new Document(tenant.Mark, [.. tenant.Users.Values], [.. tenant.Groups.Values]), Options);

    /// <exception cref="CannotRun">The text is no valid tenant; the message says what is wrong.</exception>
    public static Tenant Read(string json)
    {
        if (TenantFormat.Problem(json, Options.GetTypeInfo(typeof(Document))) is { } problem)
            throw new CannotRun("The tenant file cannot be read: " + problem);
        var document = JsonSerializer.Deserialize<Document>(json, Options)!;
        var tenant = new Tenant { Mark = document.Mark };
        foreach (var user in document.Users ?? [])
            tenant.Add(user);
        foreach (var group in document.Groups ?? [])
            tenant.Add(group);
        foreach (var wrong in Wrong(document, tenant))
            throw new CannotRun("The tenant file cannot be used: " + wrong);
        return tenant;
    }

    static IEnumerable<string> Wrong(Document document, Tenant tenant)
    {
        if (document.Mark is not { Length: >= ShortestMark })
            yield return $"'mark' must have at least {ShortestMark} characters.";
        if (
            tenant.Users.Count + tenant.Groups.Count < (document.Users?.Count ?? 0) + (document.Groups?.Count ?? 0)
            || tenant.Users.Keys.FirstOrDefault(tenant.Groups.ContainsKey) is not null
        )
            yield return "two objects have the same objectId.";
        foreach (
            var (what, names) in ((string, IEnumerable<string>)[])
                [
                    ("userPrincipalName", tenant.Users.Values.Select(user => AttributeMapping.UserName(user.UserPrincipalName))),
                    ("displayName of a group", tenant.Groups.Values.Select(group => group.DisplayName)),
                ]
        )
        {
            if (names.FirstOrDefault(name => !name.Contains(tenant.Mark, StringComparison.OrdinalIgnoreCase)) is { } unmarked)
                yield return $"the {what} '{unmarked}' does not contain the mark '{tenant.Mark}', which says what is ours on the server.";
            if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
                yield return $"the {what} '{twice.Key}' is there twice.";
        }
        if (tenant.Users.Values.FirstOrDefault(user => user.Manager is { } manager && !tenant.Users.ContainsKey(manager)) is { } report)
            yield return $"the manager of '{report.UserPrincipalName}' is no user.";
        if (tenant.Users.Values.FirstOrDefault(user => IsOwnManager(user, tenant)) is { } circle)
            yield return $"'{circle.UserPrincipalName}' is the manager of themselves, directly or over others.";
        foreach (var group in tenant.Groups.Values)
            if (
                group.Members.FirstOrDefault(member => !tenant.Users.ContainsKey(member) && !tenant.Groups.ContainsKey(member)) is
                { } stranger
            )
                yield return $"'{stranger}', a member of '{group.DisplayName}', is neither a user nor a group.";
    }

    // A circle further up is reported for a user in it. So this many steps are enough.
    static bool IsOwnManager(TenantUser user, Tenant tenant)
    {
        var manager = user.Manager;
        for (var steps = 0; steps < tenant.Users.Count && manager is not null; steps++)
        {
            if (manager == user.ObjectId)
                return true;
            manager = tenant.Users.GetValueOrDefault(manager)?.Manager;
        }
        return false;
    }

    sealed record Document([property: JsonRequired] string Mark, IReadOnlyList<TenantUser>? Users, IReadOnlyList<TenantGroup>? Groups);
}
