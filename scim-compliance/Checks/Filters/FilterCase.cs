using ScimCompliance.Http;

namespace ScimCompliance.Checks.Filters;

/// <summary>
/// A filter expression that matches a user and one that does not. Both are narrowed to that user, so that other users do not matter.
/// </summary>
sealed record FilterCase
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public Severity Severity { get; init; } = Severity.Should;

    /// <inheritdoc cref="Checks.Check.Attributes"/>
    public string[] Attributes { get; init; } = [];

    /// <summary>False when RFC 7644 Table 9 allows a server to decline the comparison.</summary>
    public bool MustBeSupported { get; init; }

    /// <summary>Members of the user, as JSON text of an object.</summary>
    public required string UserJson { get; init; }

    /// <summary>A filter that selects this user.</summary>
    public required string Matching { get; init; }

    /// <summary>A filter that does not select this user.</summary>
    public required string NotMatching { get; init; }

    public Check ToCheck(string rule, Profiles profiles, string why, string change, Needs needs = Needs.Nothing) =>
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
            Steps = async run =>
            {
                var user = await run.CreateUser(UserJson);
                await run.RequireFilteringWithAnd(user);
                (await Ask(run, user, Matching)).ExpectOnly(user);
                (await Ask(run, user, NotMatching)).ExpectOnly();
            },
        };

    async Task<Reply> Ask(CheckRun run, CreatedResource user, string filter)
    {
        filter = filter.Replace("{lastModified}", user.Reply["meta.lastModified"].Text(), StringComparison.Ordinal);
        var reply = await run.Find("/Users", Queries.UserNameIsAnd(user, filter));
        return MustBeSupported ? reply : reply.OrNotOffered();
    }
}
