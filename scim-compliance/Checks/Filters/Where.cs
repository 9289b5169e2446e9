using ScimCompliance.Wire;

namespace ScimCompliance.Checks.Filters;

/// <summary>One filter expression that fits a user and one that does not; both are asked of that user alone, so that all others do not matter.</summary>
/// <param name="Members">Of the user, as JSON text of an object.</param>
/// <param name="Strict">False where RFC 7644 Table 9 lets a server decline the comparison.</param>
sealed record Where(
    string Id,
    string Title,
    string Members,
    string Fits,
    string FitsNot,
    Severity Severity = Severity.Should,
    string[]? Attributes = null,
    bool Strict = false
)
{
    public Check Check(string rule, Profiles profiles, string why, string change, Needs needs = Needs.Nothing) =>
        new(
            $"filter.{Id}",
            Title,
            rule,
            Severity,
            profiles,
            async t =>
            {
                var user = await t.User(Members);
                await t.CanNarrow(user);
                (await Ask(t, user, Fits)).Selects(user);
                (await Ask(t, user, FitsNot)).Selects();
            }
        )
        {
            Why = why,
            Change = change,
            Needs = Needs.Filter | needs,
            Attributes = Attributes ?? [],
        };

    async Task<Reply> Ask(Trial t, Made user, string filter)
    {
        filter = filter.Replace("{lastModified}", user.Reply["meta.lastModified"].Text(), StringComparison.Ordinal);
        var reply = await t.Find("/Users", Selection.Narrowed(user, filter));
        return Strict ? reply : reply.Comparable();
    }
}
