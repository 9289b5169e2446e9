using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Errors;

/// <summary>Unknown resources and addresses are 404 (RFC 7644 §3.12), for every method and every form of id.</summary>
static class NotFoundChecks
{
    const string Entra = "entra-docs use-scim-to-provision-users-and-groups.md";

    static readonly (string Id, string What, Func<CheckRun, string> Name)[] Ids =
    [
        ("guid", "a GUID that is no user's", run => run.NewGuid()),
        ("number", "a number", _ => "987654321987654321"),
        ("text", "a word", run => run.NewName()),
        ("odd", "an odd text", _ => "no%20such%27%22%C3%A9%3Cid%3E"),
        ("long", "a very long text", _ => new string('a', 500)),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from id in Ids
        select NotFound(
            id: $"errors.not-found.get.{id.Id}",
            title: $"GET of a user by {id.What} is 404",
            severity: id.Id is "guid" ? Must : Should,
            ask: run => run.Get("/Users/" + id.Name(run))
        ),
        NotFound(
            id: "errors.not-found.put",
            title: "PUT to an unknown id is 404 and makes nothing",
            severity: Must,
            ask: async run => (await Put(run)).RequireKnownMethod()
        ),
        NotFound(
            id: "errors.not-found.patch",
            title: "PATCH of an unknown id is 404",
            severity: Must,
            needs: Needs.Patch,
            ask: run => run.Patch("/Users/" + run.NewGuid(), """{"op":"replace","path":"displayName","value":"x"}""")
        ),
        NotFound(
            id: "errors.not-found.delete",
            title: "DELETE of an unknown id is 404",
            severity: Must,
            ask: run => run.Delete("/Users/" + run.NewGuid())
        ),
        NotFound(
            id: "errors.not-found.user-as-group",
            title: "A user is not found below /Groups",
            severity: Should,
            needs: Needs.Groups,
            otherType: true,
            ask: async run => await run.Get("/Groups/" + Uri.EscapeDataString((await run.CreateUser()).Id))
        ),
        NotFound(
            id: "errors.not-found.route",
            title: "An unknown address is answered 404",
            severity: Should,
            ask: run => run.Get("/" + run.NewName())
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
            Steps = async run => (await run.Post("/ServiceProviderConfig", "{}")).Expect(405, 404, 403, 501),
        },
    ];

    static async Task<Reply> Put(CheckRun run)
    {
        var reply = await run.Put("/Users/" + run.NewGuid(), run.UserJson());
        await run.DeleteIfOurs("/Users", reply);
        return reply;
    }

    /// <param name="otherType">An id of one type is asked for as one of another.</param>
    static Check NotFound(
        string id,
        string title,
        Severity severity,
        Func<CheckRun, Task<Reply>> ask,
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
                "Only a 404 tells Entra that the account is gone. A 400 or 500 is tried again for weeks, "
                + "and a 200 hides that nothing has happened.",
            Change = "Take an id as any text, look it up, and answer 404 when there is none.",
            Steps = async run =>
            {
                var reply = await ask(run);
                // A server that numbers users and groups separately may have a group with this id.
                if (otherType && reply.IsSuccess && reply["meta.resourceType"].Text() is "Group")
                    throw new NotOffered("users and groups have ids of their own");
                reply.Expect(404);
            },
        };
}
