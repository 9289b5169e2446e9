using System.Text.Json.Nodes;
using ScimCompliance.Wire;
using static ScimCompliance.Checks.Bulk.BulkMessage;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Bulk;

/// <summary>What fails within a bulk request, and bulk requests that are too large (RFC 7644 §3.7.3, §3.7.4).</summary>
static class BulkErrorChecks
{
    /// <summary>To try a limit must stay cheap.</summary>
    const int FewOperations = 2_000;
    const int FewBytes = 6_000_000;

    const string Why = "A client cannot tell what was done from what was not, and repeats or forgets changes.";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of(
            "bulk.errors.status",
            "An operation that fails has the status it would have had alone",
            "RFC 7644 §3.7.3",
            Must,
            async t => (await t.Bulk($$"""{"method":"DELETE","path":"/Users/{{t.NewGuid()}}"}""")).Operation().Had("404"),
            "Return the HTTP status of each operation."
        ),
        Of(
            "bulk.errors.body",
            "An operation that fails brings a SCIM error as its response",
            "RFC 7644 §3.7: the response MUST be included",
            Must,
            async t =>
            {
                var answer = (await t.Bulk($$"""{"method":"DELETE","path":"/Users/{{t.NewGuid()}}"}""")).Operation();
                if (
                    answer.At("response.status").Text() is ""
                    || !answer.At("response.schemas").Items().Any(schema => schema.Text() == Trial.ErrorSchema)
                )
                    throw new Broken("response holds a SCIM error with schemas and status", Reply.Shown(answer));
            },
            "Put the error that the operation would have got alone into response."
        ),
        Of(
            "bulk.errors.duplicate",
            "A second user of one name within a bulk request has status 409",
            "RFC 7644 §3.3, §3.7.3",
            Must,
            async t =>
            {
                var user = await t.User();
                (await t.Bulk(Create("/Users", "again", t.UserJson($$"""{"userName":"{{user.Name}}"}""")))).Operation("again").Had("409");
            },
            "Check each operation as if it had come alone."
        ),
        Of(
            "bulk.errors.others",
            "An operation that fails leaves the others to be carried out",
            "RFC 7644 §3.7: continue and disregard partial failures",
            Must,
            async t =>
            {
                var body = t.UserJson();
                var reply = await t.Bulk(Fails(t), Create("/Users", "after", body));
                reply.Operation("after").Had("201");
                (await t.Read(reply.Made("after", "/Users"))).IsIgnoringCase("userName", body["userName"].Text());
            },
            "Go on after an error, unless failOnErrors says otherwise; each operation is a transaction of its own."
        ),
        Of(
            "bulk.fail-on-errors.stops",
            "After failOnErrors errors nothing more is carried out",
            "RFC 7644 §3.7, §3.7.3",
            Must,
            async t =>
            {
                var user = await t.User();
                var reply = await t.BulkUntil(1, Fails(t), $$"""{"method":"DELETE","path":"{{user.Path}}"}""");
                // The RFC speaks both of the results so far and of an error for the whole request.
                reply.That(reply.Status is 200 or >= 400 and < 500, "the results so far, or an error", reply.Summary);
                reply.That(
                    !reply["Operations"].Items().Any(done => done!.Status() is ['2', ..]),
                    "no operation that was carried out",
                    Reply.Shown(reply["Operations"])
                );
                (await t.Get(user.Path)).Expect(200);
            },
            "Count the errors, and stop when failOnErrors is reached; return the results so far."
        ),
        Of(
            "bulk.fail-on-errors.below",
            "Below failOnErrors errors everything is carried out",
            "RFC 7644 §3.7, §3.7.3",
            Must,
            async t =>
            {
                var user = await t.User();
                var reply = (await t.BulkUntil(2, Fails(t), $$"""{"method":"DELETE","path":"{{user.Path}}"}""")).Expect(200);
                reply.Count("Operations", 2);
                var read = await t.Get(user.Path);
                read.That(!read.IsSuccess, "the user of the second operation is deleted", read.Summary);
            },
            "Go on until as many operations have failed as failOnErrors says."
        ),
        Refused(
            "bulk.errors.path",
            "An operation on a collection that is not there is refused",
            "RFC 7644 §3.7: path",
            _ => """{"method":"POST","path":"/Nonsense","bulkId":"a","data":{}}"""
        ),
        Refused(
            "bulk.errors.method",
            "An operation with a method that bulk does not know is refused",
            "RFC 7644 §3.7: POST, PUT, PATCH or DELETE",
            t => $$"""{"method":"GET","path":"/Users/{{t.NewGuid()}}"}"""
        ),
        Refused(
            "bulk.errors.no-bulk-id",
            "A POST without a bulkId is refused",
            "RFC 7644 §3.7: bulkId is REQUIRED when method is POST",
            t => $$$"""{"method":"POST","path":"/Users","data":{{{t.UserJson().ToJsonString()}}}}"""
        ),
        Refused(
            "bulk.errors.no-data",
            "A POST without data is refused",
            "RFC 7644 §3.7: data is REQUIRED",
            _ => """{"method":"POST","path":"/Users","bulkId":"a"}"""
        ),
        Of(
            "bulk.limits.operations",
            "More operations than maxOperations are refused with 413",
            "RFC 7644 §3.7.4",
            Must,
            async t =>
            {
                var most = Limit(t, "bulk.maxOperations", FewOperations);
                TooLarge(
                    await t.Bulk([
                        .. Enumerable.Range(0, most + 1).Select(_ => $$"""{"method":"DELETE","path":"/Users/{{t.NewGuid()}}"}"""),
                    ])
                );
            },
            "Count the operations before you begin, and answer 413 with the limit in detail."
        ),
        Of(
            "bulk.limits.payload",
            "A request longer than maxPayloadSize is refused with 413",
            "RFC 7644 §3.7.4",
            Must,
            async t =>
            {
                var most = Limit(t, "bulk.maxPayloadSize", FewBytes);
                var operation =
                    $$$"""{"method":"DELETE","path":"/Users/{{{t.NewGuid()}}}","data":{"padding":"{{{new string('x', most)}}}"}}""";
                TooLarge(await t.Bulk(operation));
            },
            "Refuse a body that is too long before you read it, and answer 413 with the limit in detail."
        ),
    ];

    static string Fails(Trial t) => $$"""{"method":"DELETE","path":"/Users/{{t.NewGuid()}}"}""";

    static int Limit(Trial t, string path, int cheap) =>
        (t.Target.Capabilities.Config.At(path) as JsonValue)?.TryGetValue<int>(out var limit) is true && limit > 0 && limit <= cheap
            ? limit
            : throw new NotOffered(
                $"{path} is {Reply.Shown(t.Target.Capabilities.Config.At(path))}: no limit that can be tried at little cost"
            );

    // A server that refuses early may close the connection while the rest is still being sent (RFC 9110 §15.5.14).
    static void TooLarge(Reply reply) =>
        (reply.Status is 0 ? throw new Blocked($"the connection ended before an answer could be read: {reply.Summary}") : reply).Expect(
            413
        );

    static Check Refused(string id, string title, string rule, Func<Trial, string> operation) =>
        Of(
            id,
            title,
            rule,
            Should,
            async t =>
            {
                var reply = await t.Bulk(operation(t));
                if (reply.Status is >= 400 and < 500)
                    return;
                var status = reply.Operation().Status();
                reply.That(status is ['4', ..], "the request, or the operation in it, has a status of 400 to 499", Reply.Shown(reply.Json));
            },
            "Answer 400 with scimType invalidSyntax for the operation (or the whole request), and say what is missing or wrong."
        );

    static Check Of(string id, string title, string rule, Severity severity, Func<Trial, Task> run, string change) =>
        new(id, title, rule, severity, Profiles.Rfc, run)
        {
            Why = Why,
            Change = change,
            Needs = Needs.Bulk,
        };
}
