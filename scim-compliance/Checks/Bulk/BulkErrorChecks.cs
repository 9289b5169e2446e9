using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Bulk.BulkMessage;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Bulk;

/// <summary>Errors within a bulk request, and bulk requests that are too large (RFC 7644 §3.7.3, §3.7.4).</summary>
static class BulkErrorChecks
{
    /// <summary>A higher limit is not tried: that would take too many requests or bytes.</summary>
    const int MostOperationsTried = 2_000;
    const int MostBytesTried = 6_000_000;

    const string Why = "A client cannot tell what was done from what was not, and repeats or forgets changes.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "bulk.errors.status",
            Title = "An operation that fails has the status it would have had alone",
            Rule = "RFC 7644 §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Return the HTTP status of each operation.",
            Steps = async run => (await run.Bulk($$"""{"method":"DELETE","path":"/Users/{{run.NewGuid()}}"}""")).Operation().Had("404"),
        },
        new()
        {
            Id = "bulk.errors.body",
            Title = "An operation that fails brings a SCIM error as its response",
            Rule = "RFC 7644 §3.7: the response MUST be included",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Put the error that the operation would have got alone into response.",
            Steps = async run =>
            {
                var answer = (await run.Bulk($$"""{"method":"DELETE","path":"/Users/{{run.NewGuid()}}"}""")).Operation();
                if (
                    answer.At("response.status").Text() is ""
                    || !answer.At("response.schemas").Items().Any(schema => schema.Text() == SchemaUrn.Error)
                )
                    throw new CheckFailed("response holds a SCIM error with schemas and status", Reply.Describe(answer));
            },
        },
        new()
        {
            Id = "bulk.errors.duplicate",
            Title = "A second user of one name within a bulk request has status 409",
            Rule = "RFC 7644 §3.3, §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Check each operation as if it had come alone.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                (await run.Bulk(Create("/Users", "again", run.UserJson($$"""{"userName":"{{user.Name}}"}"""))))
                    .Operation("again")
                    .Had("409");
            },
        },
        new()
        {
            Id = "bulk.errors.others",
            Title = "An operation that fails leaves the others to be carried out",
            Rule = "RFC 7644 §3.7: continue and disregard partial failures",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Go on after an error, unless failOnErrors says otherwise; each operation is a transaction of its own.",
            Steps = async run =>
            {
                var body = run.UserJson();
                var reply = await run.Bulk(Fails(run), Create("/Users", "after", body));
                reply.Operation("after").Had("201");
                (await run.Read(reply.Made("after", "/Users"))).IsIgnoringCase("userName", body["userName"].Text());
            },
        },
        new()
        {
            Id = "bulk.fail-on-errors.stops",
            Title = "After failOnErrors errors nothing more is carried out",
            Rule = "RFC 7644 §3.7, §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Count the errors, and stop when failOnErrors is reached; return the results so far.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var reply = await run.BulkUntil(1, Fails(run), $$"""{"method":"DELETE","path":"{{user.Path}}"}""");
                // The RFC allows both: the results so far, or an error for the whole request.
                reply.That(reply.Status is 200 or >= 400 and < 500, "the results so far, or an error", reply.Summary);
                reply.That(
                    !reply["Operations"].Items().Any(done => done!.Status() is ['2', ..]),
                    "no operation that was carried out",
                    Reply.Describe(reply["Operations"])
                );
                (await run.Get(user.Path)).Expect(200);
            },
        },
        new()
        {
            Id = "bulk.fail-on-errors.below",
            Title = "Below failOnErrors errors everything is carried out",
            Rule = "RFC 7644 §3.7, §3.7.3",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Go on until as many operations have failed as failOnErrors says.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var reply = (await run.BulkUntil(2, Fails(run), $$"""{"method":"DELETE","path":"{{user.Path}}"}""")).Expect(200);
                reply.Count("Operations", 2);
                var read = await run.Get(user.Path);
                read.That(!read.IsSuccess, "the user of the second operation is deleted", read.Summary);
            },
        },
        RefusedOperation(
            id: "bulk.errors.path",
            title: "An operation on a collection that is not there is refused",
            rule: "RFC 7644 §3.7: path",
            operation: _ => """{"method":"POST","path":"/Nonsense","bulkId":"a","data":{}}"""
        ),
        RefusedOperation(
            id: "bulk.errors.method",
            title: "An operation with a method that bulk does not know is refused",
            rule: "RFC 7644 §3.7: POST, PUT, PATCH or DELETE",
            operation: run => $$"""{"method":"GET","path":"/Users/{{run.NewGuid()}}"}"""
        ),
        RefusedOperation(
            id: "bulk.errors.no-bulk-id",
            title: "A POST without a bulkId is refused",
            rule: "RFC 7644 §3.7: bulkId is REQUIRED when method is POST",
            operation: run => $$$"""{"method":"POST","path":"/Users","data":{{{run.UserJson().ToJsonString()}}}}"""
        ),
        RefusedOperation(
            id: "bulk.errors.no-data",
            title: "A POST without data is refused",
            rule: "RFC 7644 §3.7: data is REQUIRED",
            operation: _ => """{"method":"POST","path":"/Users","bulkId":"a"}"""
        ),
        new()
        {
            Id = "bulk.limits.operations",
            Title = "More operations than maxOperations are refused with 413",
            Rule = "RFC 7644 §3.7.4",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Count the operations before you begin, and answer 413 with the limit in detail.",
            Steps = async run =>
            {
                var most = Limit(run, "bulk.maxOperations", MostOperationsTried);
                TooLarge(
                    await run.Bulk([
                        .. Enumerable.Range(0, most + 1).Select(_ => $$"""{"method":"DELETE","path":"/Users/{{run.NewGuid()}}"}"""),
                    ])
                );
            },
        },
        new()
        {
            Id = "bulk.limits.payload",
            Title = "A request longer than maxPayloadSize is refused with 413",
            Rule = "RFC 7644 §3.7.4",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Refuse a body that is too long before you read it, and answer 413 with the limit in detail.",
            Steps = async run =>
            {
                var most = Limit(run, "bulk.maxPayloadSize", MostBytesTried);
                var operation =
                    $$$"""{"method":"DELETE","path":"/Users/{{{run.NewGuid()}}}","data":{"padding":"{{{new string('x', most)}}}"}}""";
                TooLarge(await run.Bulk(operation));
            },
        },
    ];

    static string Fails(CheckRun run) => $$"""{"method":"DELETE","path":"/Users/{{run.NewGuid()}}"}""";

    static int Limit(CheckRun run, string path, int cheap) =>
        (run.Target.Capabilities.Config.At(path) as JsonValue)?.TryGetValue<int>(out var limit) is true && limit > 0 && limit <= cheap
            ? limit
            : throw new NotOffered(
                $"{path} is {Reply.Describe(run.Target.Capabilities.Config.At(path))}: no limit that can be tried at little cost"
            );

    // A server that refuses early may close the connection while the rest is still being sent (RFC 9110 §15.5.14).
    static void TooLarge(Reply reply) =>
        (reply.Status is 0 ? throw new Blocked($"the connection ended before an answer could be read: {reply.Summary}") : reply).Expect(
            413
        );

    static Check RefusedOperation(string id, string title, string rule, Func<CheckRun, string> operation) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Bulk,
            Why = Why,
            Change = "Answer 400 with scimType invalidSyntax for the operation (or the whole request), and say what is missing or wrong.",
            Steps = async run =>
            {
                var reply = await run.Bulk(operation(run));
                if (reply.Status is >= 400 and < 500)
                    return;
                var status = reply.Operation().Status();
                reply.That(
                    status is ['4', ..],
                    "the request, or the operation in it, has a status of 400 to 499",
                    Reply.Describe(reply.Json)
                );
            },
        };
}
