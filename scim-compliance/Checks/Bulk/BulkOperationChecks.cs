using System.Text.Json;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Bulk.BulkMessage;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Bulk;

/// <summary><c>POST /Bulk</c>: the operations and their results (RFC 7644 §3.7, §3.7.3).</summary>
static class BulkOperationChecks
{
    const string Why = "A client that sends its changes together does not get them done, or does not learn what became of them.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "bulk.reply.schema",
            Title = "A bulk request is answered 200 with a BulkResponse",
            Rule = "RFC 7644 §3.7",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = $"Answer 200 and name {SchemaUrn.BulkResponse} in schemas.",
            Steps = async run =>
            {
                var reply = (await run.Bulk(Create("/Users", "a", run.UserJson()))).Expect(200);
                reply.That(
                    reply["schemas"].Items().Any(schema => schema.Text() is SchemaUrn.BulkResponse),
                    "schemas names BulkResponse",
                    Reply.Describe(reply["schemas"])
                );
            },
        },
        new()
        {
            Id = "bulk.reply.all",
            Title = "The answer holds a result for every operation",
            Rule = "RFC 7644 §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "List the result of every operation that was carried out.",
            Steps = async run =>
                (
                    await run.Bulk(
                        Create("/Users", "a", run.UserJson()),
                        Create("/Users", "b", run.UserJson()),
                        Create("/Users", "c", run.UserJson())
                    )
                )
                    .Expect(200)
                    .Count("Operations", 3),
        },
        new()
        {
            Id = "bulk.reply.status",
            Title = "The status of an operation is text",
            Rule = "RFC 7644 §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Write the status as a string.",
            Steps = async run =>
            {
                var answer = (await run.Bulk(Create("/Users", "a", run.UserJson()))).Operation();
                var status = answer.At("status.code") ?? answer.At("status");
                if (status?.GetValueKind() is not JsonValueKind.String)
                    throw new CheckFailed("status is a string such as \"201\"", Reply.Describe(status));
            },
        },
        new()
        {
            Id = "bulk.reply.bulk-id",
            Title = "The bulkId of a POST comes back with its result",
            Rule = "RFC 7644 §3.7: the server MUST return the same bulkId",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Return the bulkId of every POST.",
            Steps = async run =>
            {
                var reply = await run.Bulk(Create("/Users", "first-1", run.UserJson()), Create("/Users", "second-2", run.UserJson()));
                foreach (var bulkId in (string[])["first-1", "second-2"])
                    reply.Operation(bulkId);
            },
        },
        new()
        {
            Id = "bulk.reply.location",
            Title = "A POST within a bulk request tells the location of what it made",
            Rule = "RFC 7644 §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Return location, with the address of the resource.",
            Steps = async run =>
            {
                var answer = (await run.Bulk(Create("/Users", "a", run.UserJson()))).Operation().Had("201");
                var location = answer.At("location").Text();
                if (location.IndexOf("/Users/", StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at))
                    throw new CheckFailed("location is the address of the user", Reply.Describe(answer));
                (await run.Get(location[at..])).Expect(200);
            },
        },
        new()
        {
            Id = "bulk.reply.location-change",
            Title = "A PATCH within a bulk request tells the location of what it changed",
            Rule = "RFC 7644 §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk | Needs.Patch,
            Why = Why,
            Change = "Return location with every result but that of a failed POST.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var answer = (
                    await run.Bulk(Change("PATCH", user, CheckRun.PatchOp("""{"op":"replace","path":"active","value":false}""")))
                ).Operation();
                if (!answer.At("location").Text().EndsWith(user.Path, StringComparison.Ordinal))
                    throw new CheckFailed($"location ends in {user.Path}", Reply.Describe(answer));
            },
        },
        new()
        {
            Id = "bulk.reply.version",
            Title = "A POST within a bulk request tells the version of what it made",
            Rule = "RFC 7644 §3.7",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk | Needs.ETag,
            Why = Why,
            Change = "Return the ETag of the resource as version.",
            Steps = async run =>
            {
                var answer = (await run.Bulk(Create("/Users", "a", run.UserJson()))).Operation().Had("201");
                if (answer.At("version").Text() is "")
                    throw new CheckFailed("the result has a version", Reply.Describe(answer));
            },
        },
        new()
        {
            Id = "bulk.post.user",
            Title = "A POST within a bulk request makes the user",
            Rule = "RFC 7644 §3.7",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Carry out the POST as if it had come alone, with status 201.",
            Steps = async run =>
            {
                var body = run.UserJson();
                var reply = await run.Bulk(Create("/Users", "a", body));
                reply.Operation().Had("201");
                (await run.Read(reply.Made("a", "/Users"))).IsIgnoringCase("userName", body["userName"].Text());
            },
        },
        new()
        {
            Id = "bulk.post.group",
            Title = "A POST within a bulk request makes the group",
            Rule = "RFC 7644 §3.7",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk | Needs.Groups,
            Why = Why,
            Change = "Carry out the POST as if it had come alone, with status 201.",
            Steps = async run =>
            {
                var body = run.GroupJson();
                var reply = await run.Bulk(Create("/Groups", "a", body));
                reply.Operation().Had("201");
                (await run.Read(reply.Made("a", "/Groups"))).Is("displayName", body["displayName"]!.DeepClone());
            },
        },
        new()
        {
            Id = "bulk.put",
            Title = "A PUT within a bulk request replaces the user",
            Rule = "RFC 7644 §3.7",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Attributes = ["User:displayName"],
            Why = Why,
            Change = "Carry out the PUT as if it had come alone, with status 200.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var body = run.UserJson($$"""{"id":"{{user.Id}}","userName":"{{user.Name}}","displayName":"By Bulk"}""");
                (await run.Bulk(Change("PUT", user, body.ToJsonString()))).Operation().Had("200");
                (await run.Read(user)).Is("displayName", "By Bulk");
            },
        },
        new()
        {
            Id = "bulk.patch",
            Title = "A PATCH within a bulk request changes the user",
            Rule = "RFC 7644 §3.7",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk | Needs.Patch,
            Attributes = ["User:displayName"],
            Why = Why,
            Change = "Carry out the PATCH as if it had come alone, with status 200 or 204.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                (await run.Bulk(Change("PATCH", user, CheckRun.PatchOp("""{"op":"replace","path":"displayName","value":"By Bulk"}"""))))
                    .Operation()
                    .Had("200", "204");
                (await run.Read(user)).Is("displayName", "By Bulk");
            },
        },
        new()
        {
            Id = "bulk.delete",
            Title = "A DELETE within a bulk request deletes the user",
            Rule = "RFC 7644 §3.7",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Carry out the DELETE as if it had come alone, with status 204.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                (await run.Bulk($$"""{"method":"DELETE","path":"{{user.Path}}"}""")).Operation().Had("204");
                Gone(await run.Get(user.Path));
            },
        },
        new()
        {
            Id = "bulk.order",
            Title = "Operations on one user end as if they had come one after another",
            Rule = "RFC 7644 §3.7: the same stateful result",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk | Needs.Patch,
            Attributes = ["User:displayName"],
            Why = Why,
            Change = "Keep the order of operations on the same resource.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var reply = await run.Bulk([
                    .. Enumerable
                        .Range(1, 4)
                        .Select(at =>
                            Change("PATCH", user, CheckRun.PatchOp($$"""{"op":"replace","path":"displayName","value":"Step {{at}}"}"""))
                        ),
                ]);
                reply.RequireSuccess();
                (await run.Read(user)).Is("displayName", "Step 4");
            },
        },
    ];

    static void Gone(Reply reply) => reply.That(!reply.IsSuccess, "the user cannot be read any more", reply.Summary);
}
