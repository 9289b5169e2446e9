using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Projection;

/// <summary><c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.4.2.5, §3.9) when one user is read.</summary>
static class ProjectionChecks
{
    const string Ann = $$$"""
        {"schemas":["{{{Trial.UserSchema}}}","{{{Trial.EnterpriseSchema}}}"],"title":"Engineer","name":{"givenName":"Ann","familyName":"Lee"},
         "emails":[{"type":"work","value":"{0}"}],"{{{Trial.EnterpriseSchema}}}":{"department":"Sales","costCenter":"7"}}
        """;

    const string AnnAlone =
        """{"title":"Engineer","name":{"givenName":"Ann","familyName":"Lee"},"emails":[{"type":"work","value":"{0}"}]}""";

    const string Department = Trial.EnterpriseSchema + ":department";
    const string CostCenter = Trial.EnterpriseSchema + ":costCenter";

    static readonly (string Id, string Title, Severity Severity, string Query, string[] Has, string[] Lacks)[] Reads =
    [
        (
            "only",
            "attributes returns what is named and nothing else",
            Must,
            "attributes=title",
            ["title"],
            ["userName", "name", "emails", Department]
        ),
        (
            "several",
            "attributes takes several names with commas",
            Must,
            "attributes=title,emails",
            ["title", "emails"],
            ["userName", "name"]
        ),
        ("id", "id is there though attributes does not name it", Must, "attributes=title", ["id"], []),
        (
            "sub-attribute",
            "A part of an attribute can be asked for alone",
            Must,
            "attributes=name.givenName",
            ["name.givenName"],
            ["name.familyName", "title"]
        ),
        (
            "list-part",
            "A part of each of several values can be asked for alone",
            Should,
            "attributes=emails.value",
            ["emails[0].value"],
            ["emails[0].type", "title"]
        ),
        ("case", "Names may be in any letter case", Must, "attributes=TITLE", ["title"], ["name"]),
        ("urn", "A name may have the URN of its schema", Should, $"attributes={Trial.UserSchema}:title", ["title"], ["name"]),
        ("meta", "meta can be asked for", Should, "attributes=meta.lastModified", ["meta.lastModified"], ["title"]),
        (
            "extension.one",
            "An attribute of an extension can be asked for alone",
            Should,
            $"attributes={Department}",
            [Department],
            [CostCenter, "title"]
        ),
        (
            "extension.all",
            "A whole extension can be asked for",
            Should,
            $"attributes={Trial.EnterpriseSchema}",
            [Department, CostCenter],
            ["title"]
        ),
        (
            "excluded",
            "excludedAttributes leaves out what is named and nothing else",
            Must,
            "excludedAttributes=title",
            ["userName", "name.givenName", "emails"],
            ["title"]
        ),
        (
            "excluded.several",
            "excludedAttributes takes several names with commas",
            Must,
            "excludedAttributes=title,emails",
            ["userName", "name.givenName"],
            ["title", "emails"]
        ),
        ("excluded.id", "id is there though excludedAttributes names it", Must, "excludedAttributes=id,title", ["id"], []),
        (
            "excluded.sub-attribute",
            "A part of an attribute can be left out",
            Must,
            "excludedAttributes=name.givenName",
            ["name.familyName", "title"],
            ["name.givenName"]
        ),
        ("excluded.case", "Names to leave out may be in any letter case", Must, "excludedAttributes=TITLE", ["name.givenName"], ["title"]),
        (
            "excluded.extension",
            "An attribute of an extension can be left out",
            Should,
            $"excludedAttributes={Department}",
            [CostCenter, "title"],
            [Department]
        ),
    ];

    static readonly (string Id, string Title, string Query)[] Odd =
    [
        ("unknown", "A name that nobody knows is ignored or refused", "attributes=userName,noSuchAttribute"),
        ("both", "attributes and excludedAttributes together are refused or understood", "attributes=userName&excludedAttributes=title"),
        ("value-path", "attributes with a value path is refused or understood", "attributes=" + "emails%5Btype+eq+%22work%22%5D"),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from read in Reads select Read(read.Id, read.Title, read.Severity, read.Query, read.Has, read.Lacks),
        .. from odd in Odd
        select new Check(
            "projection." + odd.Id,
            odd.Title,
            "RFC 7644 §3.9; SCIMReferenceCode PostmanCollection.json",
            Should,
            Profiles.Rfc,
            async t => (await t.Get($"{(await t.User()).Path}?{odd.Query}")).Expect(200, 400)
        )
        {
            Why = "A server error is taken for an outage and tried again.",
            Change = "Answer 400 invalidPath, or ignore what you do not understand.",
        },
    ];

    static Check Read(string id, string title, Severity severity, string query, string[] has, string[] lacks) =>
        new(
            $"projection.{id}",
            title,
            "RFC 7644 §3.4.2.5, §3.9",
            severity,
            Profiles.All,
            async t =>
            {
                var person = t.Target.Capabilities.Offers(Needs.EnterpriseUser) ? Ann : AnnAlone;
                var user = await t.User(person.Replace("{0}", t.NewUserName(), StringComparison.Ordinal));
                // What the server has not kept, it cannot show.
                var whole = await t.Read(user);
                foreach (var path in has)
                    if (whole[path].IsUnassigned())
                        throw new Blocked($"{path} was sent and is not in the whole resource");
                var hidden = lacks.Where(path => !IsAlways(t, path)).ToList();
                if (lacks is not [] && hidden is [])
                    throw new NotOffered($"/Schemas says that {string.Join(", ", lacks)} is always returned");
                if (hidden is not [] && hidden.All(path => whole[path].IsUnassigned()))
                    throw new Blocked($"{string.Join(", ", hidden)}, which should be left out, is not in the whole resource either");
                var reply = (await t.Get($"{user.Path}?{query}")).Expect(200);
                foreach (var path in has)
                    reply.Has(path);
                foreach (var path in hidden)
                    reply.Lacks(path);
            }
        )
        {
            Why = "Clients ask for little to keep traffic small, and take what is not there for empty and what is there for asked.",
            Change = "Return id and schemas always; beside them what attributes names, or all but what excludedAttributes names.",
            Attributes = [.. has.Concat(lacks).Distinct().Select(Declared).OfType<string>()],
            Needs = query.Contains(Trial.EnterpriseSchema, StringComparison.Ordinal) ? Needs.EnterpriseUser : Needs.Nothing,
        };

    /// <summary>An attribute of users, also within a list, that this server's schema returns always (RFC 7644 §3.9: the minimum set).</summary>
    public static bool IsAlways(Trial t, string path) =>
        t
            .Target.Capabilities.AlwaysReturned(Trial.UserSchema)
            .Contains(path.Replace("Resources[0].", "", StringComparison.Ordinal).Split('.', '[')[0]);

    static string? Declared(string path) =>
        path is "id" || path.StartsWith("meta", StringComparison.Ordinal) ? null
        : path.StartsWith(Trial.EnterpriseSchema, StringComparison.Ordinal)
            ? "EnterpriseUser:" + path[(Trial.EnterpriseSchema.Length + 1)..]
        : "User:" + path.Replace("[0]", "", StringComparison.Ordinal);
}
