using System.Collections.Frozen;

namespace Scim.Directory;

/// <summary>Which attribute of the catalogue a received path may be, by its name and what others call it.</summary>
public static class Synonyms
{
    /// <summary>By what others call it, folded and with letters and digits only: the built-in attribute.</summary>
    static readonly FrozenDictionary<string, string> BuiltIn = new (string Name, string[] Others)[]
    {
        ("userName", ["login", "loginname", "upn", "userprincipalname", "signinname", "samaccountname"]),
        ("email", ["emails", "mail", "emailaddress", "mailaddress", "workemail", "primaryemail", "smtp"]),
        ("firstName", ["givenname", "forename", "firstname", "given"]),
        ("lastName", ["surname", "familyname", "sn", "secondname", "family"]),
        ("displayName", ["fullname", "nameformatted", "formattedname", "commonname", "cn", "name"]),
        ("jobTitle", ["title", "position", "jobrole", "jobfunction"]),
        ("department", ["dept", "departmentname", "team", "orgunit", "organizationalunit", "organisationalunit"]),
        ("employeeNumber", ["employeeid", "employeeno", "personnelnumber", "personnelno", "staffid", "staffnumber", "workerid"]),
        ("managerId", ["manager", "supervisor", "reportsto", "linemanager"]),
    }
        .SelectMany(p => p.Others.Select(other => (other, p.Name)))
        .ToFrozenDictionary(p => p.other, p => p.Name);

    /// <summary>The catalogue's name of the attribute that the path suggests, or <c>null</c>.</summary>
    public static string? Suggest(string path, Catalogue catalogue)
    {
        if (Words(path) is not { } words)
            return null;
        foreach (var word in words)
        {
            if (catalogue.Attributes.FirstOrDefault(attribute => Plain(attribute.Name) == word) is { } same)
                return same.Name;
            if (BuiltIn.GetValueOrDefault(word) is { } name && catalogue.Find(name) is { } known)
                return known.Name;
        }
        return null;
    }

    /// <summary>
    /// What the path is called: its attribute and sub-attribute, without <c>value</c>; below <c>name</c> also the sub-attribute alone.
    /// <c>null</c> for elements of a list that are not the one for work.
    /// </summary>
    static string[]? Words(string path)
    {
        var (open, close) = (path.IndexOf('['), path.LastIndexOf(']'));
        if (open >= 0 && close > open)
        {
            if (path[(open + 1)..close] is not ("type eq \"work\"" or "primary eq true"))
                return null;
            path = path[..open] + path[(close + 1)..];
        }
        // URIs contain dots: the name starts after the last colon.
        var names = path[(path.LastIndexOf(':') + 1)..].Split('.');
        if (names is [.., "value"] and not ["value"])
            names = names[..^1];
        var whole = Plain(string.Concat(names));
        return names is ["name", var sub] ? [whole, Plain(sub)] : [whole];
    }

    static string Plain(string name) => string.Concat(CaseFolding.Fold(name).Where(char.IsLetterOrDigit));
}
