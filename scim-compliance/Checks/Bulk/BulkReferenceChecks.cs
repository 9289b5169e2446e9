using ScimCompliance.Http;
using static ScimCompliance.Checks.Bulk.BulkMessage;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Bulk;

/// <summary>References to resources that the same bulk request creates: <c>bulkId:…</c> (RFC 7644 §3.7.1, §3.7.2).</summary>
static class BulkReferenceChecks
{
    const string Manager = SchemaUrn.EnterpriseUser + ":manager.value";

    public static IReadOnlyList<Check> All { get; } =
    [
        Reference(
            id: "bulk.reference.backward",
            title: "A group refers to a user that an earlier operation makes",
            rule: "RFC 7644 §3.7.2",
            severity: Must,
            needs: Needs.Groups,
            steps: async run =>
            {
                var reply = await run.Bulk(Create("/Users", "who", run.UserJson()), Create("/Groups", "where", Group(run, "who")));
                reply.Operation("where").Had("201");
                await run.ExpectMembers(reply.Made("where", "/Groups"), reply.Made("who", "/Users"));
            }
        ),
        Reference(
            id: "bulk.reference.forward",
            title: "A group refers to a user that a later operation makes",
            rule: "RFC 7644 §3.7.1",
            severity: Should,
            needs: Needs.Groups,
            steps: async run =>
            {
                var reply = await run.Bulk(Create("/Groups", "where", Group(run, "who")), Create("/Users", "who", run.UserJson()));
                reply.Operation("where").Had("201");
                await run.ExpectMembers(reply.Made("where", "/Groups"), reply.Made("who", "/Users"));
            }
        ),
        Reference(
            id: "bulk.reference.manager",
            title: "A user refers to a manager that the same request makes",
            rule: "RFC 7644 §3.7.2: extensions are handled in the same way",
            severity: Must,
            needs: Needs.EnterpriseUser,
            attributes: ["EnterpriseUser:manager"],
            steps: async run =>
            {
                var report = run.UserJson(
                    $$$"""
                    {"schemas":["{{{SchemaUrn.User}}}","{{{SchemaUrn.EnterpriseUser}}}"],
                    "{{{SchemaUrn.EnterpriseUser}}}":{"manager":{"value":"bulkId:boss"} } }
                    """
                );
                var reply = await run.Bulk(Create("/Users", "boss", run.UserJson()), Create("/Users", "report", report));
                reply.Operation("report").Had("201");
                (await run.Read(reply.Made("report", "/Users"))).Is(Manager, reply.Made("boss", "/Users").Id);
            }
        ),
        Reference(
            id: "bulk.reference.patch",
            title: "A PATCH refers to a user that the same request makes",
            rule: "RFC 7644 §3.7.2",
            severity: Must,
            needs: Needs.Groups | Needs.Patch,
            steps: async run =>
            {
                var group = await run.CreateGroup();
                var reply = await run.Bulk(
                    Create("/Users", "who", run.UserJson()),
                    Change("PATCH", group, CheckRun.PatchOp("""{"op":"add","path":"members","value":[{"value":"bulkId:who"}]}"""))
                );
                reply.Expect(200);
                await run.ExpectMembers(group, reply.Made("who", "/Users"));
            }
        ),
        Reference(
            id: "bulk.reference.circular",
            title: "Two groups that refer to each other are resolved, or refused with 409",
            rule: "RFC 7644 §3.7.1",
            severity: Must,
            needs: Needs.Groups,
            steps: async run =>
            {
                var inner = await run.CreateGroup();
                try
                {
                    await run.CreateGroup(inner);
                }
                catch (Blocked)
                {
                    throw new NotOffered("groups are not taken as members of groups");
                }
                var reply = await run.Bulk(Create("/Groups", "a", Group(run, "b")), Create("/Groups", "b", Group(run, "a")));
                if (reply.Status is 409)
                    return;
                var (a, b) = (reply.Operation("a"), reply.Operation("b"));
                if (a.Status() is "409" || b.Status() is "409")
                    return;
                _ = (a.Had("201"), b.Had("201"));
                await run.ExpectMembers(reply.Made("a", "/Groups"), reply.Made("b", "/Groups"));
                await run.ExpectMembers(reply.Made("b", "/Groups"), reply.Made("a", "/Groups"));
            }
        ),
        Reference(
            id: "bulk.reference.unknown",
            title: "A reference to a bulkId that no operation has is refused",
            rule: "RFC 7644 §3.7.2",
            severity: Should,
            needs: Needs.Groups,
            steps: async run =>
            {
                var reply = await run.Bulk(Create("/Groups", "where", Group(run, "nobody")));
                if (reply.Status is >= 400 and < 500)
                    return;
                var status = reply.Operation().Status();
                reply.That(status is ['4', ..], "the operation has a status of 400 to 499", status);
            }
        ),
    ];

    static System.Text.Json.Nodes.JsonObject Group(CheckRun run, string member) =>
        run.GroupJson($$"""{"members":[{"value":"bulkId:{{member}}"}]}""");

    static Check Reference(
        string id,
        string title,
        string rule,
        Severity severity,
        Func<CheckRun, Task> steps,
        Needs needs,
        params string[] attributes
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = severity,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk | needs,
            Attributes = attributes,
            Why = "The new resources are there, but not connected: members and managers are missing, or are the text 'bulkId:…'.",
            Change =
                "Put the id of the new resource in the place of \"bulkId:…\" wherever a reference may stand; "
                + "create first what is referred to.",
            Steps = steps,
        };
}
