using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Errors;

/// <summary>Bodies that make no sense are refused with 400, and nothing is created.</summary>
static class RefusalChecks
{
    const string NameRequired = "RFC 7643 §4.1.1: MUST include a non-empty userName";

    static readonly Refusal[] Bodies =
    [
        new()
        {
            Id = "json",
            What = "Broken JSON",
            Body = $$"""{"schemas":["{{SchemaUrn.User}}"],"userName":"{name}",""",
            Types = ["invalidSyntax"],
            ChecksType = true,
        },
        new()
        {
            Id = "empty",
            What = "An empty body",
            Body = "",
            Types = ["invalidSyntax", "invalidValue"],
        },
        new()
        {
            Id = "array",
            What = "An array in the place of a user",
            Body = $$"""[{"schemas":["{{SchemaUrn.User}}"],"userName":"{name}"}]""",
            Types = ["invalidSyntax", "invalidValue"],
        },
        new()
        {
            Id = "text",
            What = "A text in the place of a user",
            Body = "\"{name}\"",
            Types = ["invalidSyntax", "invalidValue"],
        },
        new()
        {
            Id = "user-name-missing",
            What = "A user without a userName",
            Rule = NameRequired,
            Body = $$"""{"schemas":["{{SchemaUrn.User}}"],"displayName":"{name}"}""",
            Types = ["invalidValue", "invalidSyntax"],
            ChecksType = true,
        },
        new()
        {
            Id = "user-name-empty",
            What = "A user whose userName is empty",
            Rule = NameRequired,
            Body = $$"""{"schemas":["{{SchemaUrn.User}}"],"userName":"","displayName":"{name}"}""",
            Types = ["invalidValue", "invalidSyntax"],
        },
        new()
        {
            Id = "emails-text",
            What = "A user whose emails are a text",
            Severity = Should,
            Body = $$"""{"schemas":["{{SchemaUrn.User}}"],"userName":"{name}","emails":"a@example.com"}""",
            Types = ["invalidValue", "invalidSyntax"],
            ChecksType = true,
        },
        new()
        {
            Id = "name-list",
            What = "A user whose name is a list",
            Severity = Should,
            Body = $$"""{"schemas":["{{SchemaUrn.User}}"],"userName":"{name}","name":["A","B"]}""",
            Types = ["invalidValue", "invalidSyntax"],
        },
        new()
        {
            Id = "active-word",
            What = "A user whose active is neither true nor false",
            Severity = Should,
            Body = $$"""{"schemas":["{{SchemaUrn.User}}"],"userName":"{name}","active":"perhaps"}""",
            Types = ["invalidValue", "invalidSyntax"],
        },
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Bodies.Select(Refused),
        .. Bodies.Where(body => body.ChecksType).Select(TypeNamed),
        new()
        {
            Id = "errors.replace.without-user-name",
            Title = "A PUT without userName is refused, or leaves the user's name",
            Rule = "RFC 7644 §3.5.1; RFC 7643 §4.1.1",
            Severity = Must,
            Profiles = Profiles.All,
            Why = "An account that loses its name is never matched again, and is created a second time.",
            Change = "Require userName in a PUT as in a POST.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                var reply = (
                    await run.Put(
                        user.Path,
                        JsonNode.Parse($$"""{"schemas":["{{SchemaUrn.User}}"],"id":"{{user.Id}}","displayName":"x"}""")!
                    )
                ).RequireKnownMethod();
                if (!reply.IsSuccess)
                    reply.Expect(400, 422);
                // The RFC requires the client to send it, and does not say what the server does without it.
                else
                    (await run.Read(user)).IsIgnoringCase("userName", user.Name);
            },
        },
    ];

    static Check Refused(Refusal refusal) =>
        new()
        {
            Id = $"errors.refused.{refusal.Id}",
            Title = $"{refusal.What} is refused",
            Rule = refusal.Rule,
            Severity = refusal.Severity,
            Profiles = Profiles.All,
            Why =
                "What should be refused is stored half, or answered with a server error: "
                + "Entra takes that for an outage and tries it again for weeks.",
            Change = "Check the body before anything is stored, and answer 400 with a detail that names the mistake.",
            Steps = async run => (await Send(run, refusal.Body)).Expect(400, 422),
        };

    static Check TypeNamed(Refusal refusal) =>
        new()
        {
            Id = $"errors.type.{refusal.Id}",
            Title = $"{refusal.What} is refused with scimType {refusal.Types[0]}",
            Rule = "RFC 7644 §3.12, Table 9",
            Severity = Should,
            Profiles = Profiles.All,
            Why = "The word tells a program what kind of mistake it has made. Without it, people have to read logs.",
            Change = $"Answer 400 with \"scimType\":\"{refusal.Types[0]}\".",
            Steps = async run =>
            {
                var reply = await Send(run, refusal.Body);
                if (reply.Status is not 400 || !reply.IsErrorDocument)
                    throw new Blocked($"it is not answered with a SCIM error 400 but with {reply.Summary}");
                reply.Error(400, refusal.Types);
            },
        };

    static async Task<Reply> Send(CheckRun run, string body)
    {
        var reply = await run.Post("/Users", body.Replace("{name}", run.NewName(), StringComparison.Ordinal));
        // A lenient server may have created a user: delete it.
        await run.DeleteIfOurs("/Users", reply);
        return reply;
    }

    /// <summary>A body that no server should make a user of.</summary>
    sealed record Refusal
    {
        public required string Id { get; init; }

        public required string What { get; init; }

        public string Rule { get; init; } = "RFC 7644 §3.12, Table 8";

        /// <summary>A should where the RFC leaves it to the server how leniently it reads a type.</summary>
        public Severity Severity { get; init; } = Must;

        /// <summary>Of a POST, with a marked name in the place of <c>{name}</c>.</summary>
        public required string Body { get; init; }

        /// <summary>Values of scimType that fit, the best first.</summary>
        public required string[] Types { get; init; }

        /// <summary>A check of its own asks for the scimType.</summary>
        public bool ChecksType { get; init; }
    }
}
