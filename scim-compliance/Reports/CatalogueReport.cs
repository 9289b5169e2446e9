using ScimCompliance.Checks;

namespace ScimCompliance.Reports;

/// <summary>The catalogue as a page of documentation.</summary>
static class CatalogueReport
{
    public static string Write(IReadOnlyList<Check> checks) =>
        $"""
            # The checks of scim-compliance

            Written by `dotnet run --project scim-compliance -- catalogue > docs/compliance-catalogue.md`;
            a test keeps it as the code has it.
            {checks.Count} checks: {string.Join(
                ", ",
                checks.GroupBy(check => check.Severity).OrderBy(group => group.Key).Select(group =>
                    $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"
                )
            )}.
            What each severity means, and how to use it all: [compliance.md](compliance.md).

            {string.Join('\n', checks.GroupBy(check => check.Family).Select(Family)).TrimEnd()}

            """;

    static string Family(IGrouping<string, Check> family) =>
        $"""
            ## {family.Key}

            | check | what a good server does | rule | severity | profile |
            |---|---|---|---|---|
            {string.Join('\n', family.Select(Row))}

            """;

    static string Row(Check check) =>
        $"| `{check.Id}` | {MarkdownReport.Escape(check.Title)} | {MarkdownReport.Escape(check.Rule)} "
        + $"| {check.Severity.ToString().ToLowerInvariant()} | {check.Profiles.ToString().ToLowerInvariant()} |";
}
