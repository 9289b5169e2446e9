using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Projection;

/// <summary><c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.4.2.5, §3.9) when one user is read.</summary>
static class ProjectionChecks
{
    const string Ann = $$$"""
        {"schemas":["{{{SchemaUrn.User}}}","{{{SchemaUrn.EnterpriseUser}}}"],
         "title":"Engineer","name":{"givenName":"Ann","familyName":"Lee"},"emails":[{"type":"work","value":"{0}"}],
         "{{{SchemaUrn.EnterpriseUser}}}":{"department":"Sales","costCenter":"7"}}
        """;

    const string AnnAlone =
        """{"title":"Engineer","name":{"givenName":"Ann","familyName":"Lee"},"emails":[{"type":"work","value":"{0}"}]}""";

    const string Department = SchemaUrn.EnterpriseUser + ":department";
    const string CostCenter = SchemaUrn.EnterpriseUser + ":costCenter";

    static readonly Check[] Reads =
    [
        Read(
            id: "projection.only",
            title: "attributes returns what is named and nothing else",
            severity: Must,
            query: "attributes=title",
            has: ["title"],
            lacks: ["userName", "name", "emails", Department]
        ),
        Read(
            id: "projection.several",
            title: "attributes takes several names with commas",
            severity: Must,
            query: "attributes=title,emails",
            has: ["title", "emails"],
            lacks: ["userName", "name"]
        ),
        Read(
            id: "projection.id",
            title: "id is there though attributes does not name it",
            severity: Must,
            query: "attributes=title",
            has: ["id"],
            lacks: []
        ),
        Read(
            id: "projection.sub-attribute",
            title: "A part of an attribute can be asked for alone",
            severity: Must,
            query: "attributes=name.givenName",
            has: ["name.givenName"],
            lacks: ["name.familyName", "title"]
        ),
        Read(
            id: "projection.list-part",
            title: "A part of each of several values can be asked for alone",
            severity: Should,
            query: "attributes=emails.value",
            has: ["emails[0].value"],
            lacks: ["emails[0].type", "title"]
        ),
        Read(
            id: "projection.case",
            title: "Names may be in any letter case",
            severity: Must,
            query: "attributes=TITLE",
            has: ["title"],
            lacks: ["name"]
        ),
        Read(
            id: "projection.urn",
            title: "An attribute name may have the URN of its schema",
            severity: Should,
            query: $"attributes={SchemaUrn.User}:title",
            has: ["title"],
            lacks: ["name"]
        ),
        Read(
            id: "projection.meta",
            title: "meta can be asked for",
            severity: Should,
            query: "attributes=meta.lastModified",
            has: ["meta.lastModified"],
            lacks: ["title"]
        ),
        Read(
            id: "projection.extension.one",
            title: "An attribute of an extension can be asked for alone",
            severity: Should,
            query: $"attributes={Department}",
            has: [Department],
            lacks: [CostCenter, "title"]
        ),
        Read(
            id: "projection.extension.all",
            title: "A whole extension can be asked for",
            severity: Should,
            query: $"attributes={SchemaUrn.EnterpriseUser}",
            has: [Department, CostCenter],
            lacks: ["title"]
        ),
        Read(
            id: "projection.excluded",
            title: "excludedAttributes leaves out what is named and nothing else",
            severity: Must,
            query: "excludedAttributes=title",
            has: ["userName", "name.givenName", "emails"],
            lacks: ["title"]
        ),
        Read(
            id: "projection.excluded.several",
            title: "excludedAttributes takes several names with commas",
            severity: Must,
            query: "excludedAttributes=title,emails",
            has: ["userName", "name.givenName"],
            lacks: ["title", "emails"]
        ),
        Read(
            id: "projection.excluded.id",
            title: "id is there though excludedAttributes names it",
            severity: Must,
            query: "excludedAttributes=id,title",
            has: ["id"],
            lacks: []
        ),
        Read(
            id: "projection.excluded.sub-attribute",
            title: "A part of an attribute can be left out",
            severity: Must,
            query: "excludedAttributes=name.givenName",
            has: ["name.familyName", "title"],
            lacks: ["name.givenName"]
        ),
        Read(
            id: "projection.excluded.case",
            title: "Names to leave out may be in any letter case",
            severity: Must,
            query: "excludedAttributes=TITLE",
            has: ["name.givenName"],
            lacks: ["title"]
        ),
        Read(
            id: "projection.excluded.extension",
            title: "An attribute of an extension can be left out",
            severity: Should,
            query: $"excludedAttributes={Department}",
            has: [CostCenter, "title"],
            lacks: [Department]
        ),
    ];

    static readonly (string Id, string Title, string Query)[] Odd =
    [
        ("unknown", "An unknown name is ignored or refused", "attributes=userName,noSuchAttribute"),
        ("both", "attributes and excludedAttributes together are refused or understood", "attributes=userName&excludedAttributes=title"),
        ("value-path", "attributes with a value path is refused or understood", "attributes=" + "emails%5Btype+eq+%22work%22%5D"),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Reads,
        .. from odd in Odd
        select new Check()
        {
            Id = "projection." + odd.Id,
            Title = odd.Title,
            Rule = "RFC 7644 §3.9; SCIMReferenceCode PostmanCollection.json",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why = "A server error is taken for an outage and tried again.",
            Change = "Answer 400 invalidPath, or ignore what you do not understand.",
            Steps = async run => (await run.Get($"{(await run.CreateUser()).Path}?{odd.Query}")).Expect(200, 400),
        },
    ];

    static Check Read(string id, string title, Severity severity, string query, string[] has, string[] lacks) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 7644 §3.4.2.5, §3.9",
            Severity = severity,
            Profiles = Profiles.All,
            Needs = query.Contains(SchemaUrn.EnterpriseUser, StringComparison.Ordinal) ? Needs.EnterpriseUser : Needs.Nothing,
            Attributes = [.. has.Concat(lacks).Distinct().Select(Declared).OfType<string>()],
            Why = "Clients ask for little to keep traffic small, and take what is not there for empty and what is there for asked.",
            Change = "Return id and schemas always; beside them what attributes names, or all but what excludedAttributes names.",
            Steps = async run =>
            {
                var person = run.Target.Capabilities.Offers(Needs.EnterpriseUser) ? Ann : AnnAlone;
                var user = await run.CreateUser(person.Replace("{0}", run.NewUserName(), StringComparison.Ordinal));
                // The server cannot show values that it has not kept.
                var whole = await run.Read(user);
                foreach (var path in has)
                    if (whole[path].IsUnassigned())
                        throw new Blocked($"{path} was sent and is not in the whole resource");
                var hidden = lacks.Where(path => !IsAlways(run, path)).ToList();
                if (lacks is not [] && hidden is [])
                    throw new NotOffered($"/Schemas says that {string.Join(", ", lacks)} is always returned");
                if (hidden is not [] && hidden.All(path => whole[path].IsUnassigned()))
                    throw new Blocked($"{string.Join(", ", hidden)}, which should be left out, is not in the whole resource either");
                var reply = (await run.Get($"{user.Path}?{query}")).Expect(200);
                foreach (var path in has)
                    reply.Has(path);
                foreach (var path in hidden)
                    reply.Lacks(path);
            },
        };

    /// <summary>
    /// Whether the schema says that this attribute of users, also within a list, is always returned (RFC 7644 §3.9: the minimum set).
    /// </summary>
    public static bool IsAlways(CheckRun run, string path) =>
        run
            .Target.Capabilities.AlwaysReturned(SchemaUrn.User)
            .Contains(path.Replace("Resources[0].", "", StringComparison.Ordinal).Split('.', '[')[0]);

    static string? Declared(string path) =>
        path is "id" || path.StartsWith("meta", StringComparison.Ordinal) ? null
        : path.StartsWith(SchemaUrn.EnterpriseUser, StringComparison.Ordinal)
            ? "EnterpriseUser:" + path[(SchemaUrn.EnterpriseUser.Length + 1)..]
        : "User:" + path.Replace("[0]", "", StringComparison.Ordinal);
}
