using ScimCompliance.Wire;

namespace ScimCompliance.Checks.Filters;

/// <summary>One filter expression that fits a user and one that does not; both are asked of that user alone, so that all others do not matter.</summary>
sealed record Where
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public Severity Severity { get; init; } = Severity.Should;

    /// <inheritdoc cref="Checks.Check.Attributes"/>
    public string[] Attributes { get; init; } = [];

    /// <summary>False where RFC 7644 Table 9 lets a server decline the comparison.</summary>
    public bool Strict { get; init; }

    /// <summary>Of the user, as JSON text of an object.</summary>
    public required string Members { get; init; }

    /// <summary>A filter that selects this user.</summary>
    public required string Fits { get; init; }

    /// <summary>A filter that does not select this user.</summary>
    public required string FitsNot { get; init; }

    public Check Check(string rule, Profiles profiles, string why, string change, Needs needs = Needs.Nothing) =>
        new()
        {
            Id = Id,
            Title = Title,
            Rule = rule,
            Severity = Severity,
            Profiles = profiles,
            Needs = Needs.Filter | needs,
            Attributes = Attributes,
            Why = why,
            Change = change,
            Run = async t =>
            {
                var user = await t.User(Members);
                await t.CanNarrow(user);
                (await Ask(t, user, Fits)).Selects(user);
                (await Ask(t, user, FitsNot)).Selects();
            },
        };

    async Task<Reply> Ask(Trial t, Made user, string filter)
    {
        filter = filter.Replace("{lastModified}", user.Reply["meta.lastModified"].Text(), StringComparison.Ordinal);
        var reply = await t.Find("/Users", Selection.Narrowed(user, filter));
        return Strict ? reply : reply.Comparable();
    }
}
