using System.Text.Json.Nodes;
using ScimCompliance.Http;

namespace ScimCompliance.Checks.Patching;

/// <summary>One PATCH of a user: the values before, the operations of one request, and the values after it.</summary>
sealed record PatchCase
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Rule { get; init; }

    public Severity Severity { get; init; } = Severity.Must;

    public Profiles Profiles { get; init; } = Profiles.All;

    /// <inheritdoc cref="Check.Attributes"/>
    public string[] Attributes { get; init; } = [];

    /// <summary>The check is about the letter case of op, so no other spelling is tried.</summary>
    public bool TestsOpCase { get; init; }

    public required string Why { get; init; }

    public required string Change { get; init; }

    /// <summary>Members of the user, JSON text of an object.</summary>
    public required string Before { get; init; }

    /// <summary>JSON text of the operations of the request.</summary>
    public required string[] Operations { get; init; }

    /// <summary>Values of the user afterwards; null means unassigned.</summary>
    public required (string Path, JsonNode? Value)[] After { get; init; }

    /// <summary>What else must hold.</summary>
    public Action<Reply>? ExpectAlso { get; init; }

    public static implicit operator Check(PatchCase shape) =>
        new()
        {
            Id = shape.Id,
            Title = shape.Title,
            Rule = shape.Rule,
            Severity = shape.Severity,
            Profiles = shape.Profiles,
            Needs =
                Needs.Patch
                | (
                    shape.Attributes.Concat(shape.Named).Any(attribute => attribute.StartsWith("EnterpriseUser:", StringComparison.Ordinal))
                        ? Needs.EnterpriseUser
                        : 0
                ),
            Attributes = [.. shape.Attributes.Concat(shape.Named).Distinct()],
            Why = shape.Why,
            Change = shape.Change,
            Steps = shape.Run,
        };

    // The server must offer the attributes that the user has before, and those that are read afterwards.
    IEnumerable<string> Named =>
        After
            .Select(after => after.Path)
            .Concat(BeforeNames)
            .Where(path =>
                path.StartsWith(SchemaUrn.EnterpriseUser + ":", StringComparison.Ordinal)
                || path is not "schemas" && !path.StartsWith("urn:", StringComparison.Ordinal)
            )
            .Select(MappedPath.AttributeName);

    string[] BeforeNames => [.. JsonNode.Parse(Before)!.AsObject().Select(member => member.Key)];

    async Task Run(CheckRun run)
    {
        if (
            After
                .FirstOrDefault(after => after.Value is null && run.Target.Capabilities.Requires(MappedPath.AttributeName(after.Path)))
                .Path is
            { } required
        )
            throw new NotOffered($"{required} is required by /Schemas, so it cannot be cleared");
        var user = await run.CreateUser(Before);
        // The answer to the POST may not show everything.
        if (BeforeNames.Any(name => user.Reply[name].IsUnassigned()))
            user = user with { Reply = await run.Read(user) };
        user.RequireKept(BeforeNames);
        (TestsOpCase ? await run.Send("PATCH", user.Path, CheckRun.PatchOp(Operations)) : await run.Patch(user, Operations)).Success();
        var read = await run.Read(user);
        foreach (var (path, value) in After)
            _ = value is null ? read.Lacks(path) : read.Is(path, value);
        ExpectAlso?.Invoke(read);
    }
}
