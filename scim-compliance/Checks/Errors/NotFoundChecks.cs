using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Errors;

/// <summary>What is not there is 404 (RFC 7644 §3.12), whatever it is called and whatever is wanted of it.</summary>
static class NotFoundChecks
{
    const string Entra = "entra-docs use-scim-to-provision-users-and-groups.md";

    static readonly (string Id, string What, Func<Trial, string> Name)[] Ids =
    [
        ("guid", "a GUID that is no user's", t => t.NewGuid()),
        ("number", "a number", _ => "987654321987654321"),
        ("text", "a word", t => t.NewName()),
        ("odd", "an odd text", _ => "no%20such%27%22%C3%A9%3Cid%3E"),
        ("long", "a very long text", _ => new string('a', 500)),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from id in Ids
        select Missing(
            id: $"errors.not-found.get.{id.Id}",
            title: $"GET of a user by {id.What} is 404",
            severity: id.Id is "guid" ? Must : Should,
            ask: t => t.Get("/Users/" + id.Name(t))
        ),
        Missing(
            id: "errors.not-found.put",
            title: "PUT to an unknown id is 404 and makes nothing",
            severity: Must,
            ask: async t => (await Put(t)).Known()
        ),
        Missing(
            id: "errors.not-found.patch",
            title: "PATCH of an unknown id is 404",
            severity: Must,
            needs: Needs.Patch,
            ask: t => t.Patch("/Users/" + t.NewGuid(), """{"op":"replace","path":"displayName","value":"x"}""")
        ),
        Missing(
            id: "errors.not-found.delete",
            title: "DELETE of an unknown id is 404",
            severity: Must,
            ask: t => t.Delete("/Users/" + t.NewGuid())
        ),
        Missing(
            id: "errors.not-found.user-as-group",
            title: "A user is not found below /Groups",
            severity: Should,
            needs: Needs.Groups,
            otherType: true,
            ask: async t => await t.Get("/Groups/" + Uri.EscapeDataString((await t.User()).Id))
        ),
        Missing(
            id: "errors.not-found.route",
            title: "An address that nobody serves is 404",
            severity: Should,
            ask: t => t.Get("/" + t.NewName())
        ),
        new()
        {
            Id = "errors.method",
            Title = "A method that an address does not have is refused as the client's mistake",
            Rule = "RFC 9110 §15.5.6; RFC 7644 §3.12",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Why = "A server error in its place is taken for an outage and tried again.",
            Change = "Answer 405 with the header Allow.",
            Run = async t => (await t.Post("/ServiceProviderConfig", "{}")).Expect(405, 404, 403, 501),
        },
    ];

    static async Task<Reply> Put(Trial t)
    {
        var reply = await t.Put("/Users/" + t.NewGuid(), t.UserJson());
        await t.Discard("/Users", reply);
        return reply;
    }

    /// <param name="otherType">An id of one type is asked for as one of another.</param>
    static Check Missing(
        string id,
        string title,
        Severity severity,
        Func<Trial, Task<Reply>> ask,
        bool otherType = false,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = $"RFC 7644 §3.12; {Entra}",
            Severity = severity,
            Profiles = Profiles.All,
            Needs = needs,
            Why =
                "Only a 404 tells Entra that the account is gone. A 400 or 500 is tried again for weeks, and a 200 hides that nothing has happened.",
            Change = "Take an id as any text, look it up, and answer 404 when there is none.",
            Run = async t =>
            {
                var reply = await ask(t);
                // Where each type counts for itself, user 5 and group 5 are two things.
                if (otherType && reply.IsSuccess && reply["meta.resourceType"].Text() is "Group")
                    throw new NotOffered("users and groups have ids of their own");
                reply.Expect(404);
            },
        };
}
