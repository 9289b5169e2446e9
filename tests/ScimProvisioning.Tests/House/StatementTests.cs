using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Scim.Directory;
using ScimProvisioning.Activity.Health;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Portal;

namespace ScimProvisioning.Tests.House;

/// <summary>What the API says in English, the portal says in each other language, by its code.</summary>
[TestFixture, Parallelizable]
sealed partial class StatementTests
{
    static readonly IEnumerable<string> Others = Texts.Languages.Where(language => language != Texts.Default);

    /// <summary>Each code with how much is filled in.</summary>
    static readonly Lazy<IReadOnlyDictionary<string, int>> Statements = new(() =>
        System
            .IO.Directory.EnumerateFiles(SourceGraph.Source, "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Where(source => Code().IsMatch(source))
            .SelectMany(source => CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<ArgumentListSyntax>())
            .Select(list => (Code: CodeOf(list), Values: list.DescendantNodes().OfType<InterpolationSyntax>().Count()))
            .Where(statement => statement.Code is not null)
            .ToDictionary(statement => statement.Code!, statement => statement.Values)
    );

    [TestCaseSource(nameof(Others))]
    public void Each_statement_has_a_text_and_no_text_is_left_over(string language)
    {
        var logins = Enum.GetValues<FailedLoginReason>().Select(FailedLoginLog.Name).Append(LoginFailure.WrongPath);
        var codes = Statements
            .Value.Keys.Concat(logins.Select(reason => FailedLoginReasons.Said(reason, "").Code))
            .Concat(WireName.All<ProblemKind>().Select(kind => $"problem.{kind}"));

        Assert.That(Statements.Value, Has.Count.GreaterThan(80));
        Assert.That(Read(language).Keys, Is.EquivalentTo(codes.Append("time")));
    }

    [TestCaseSource(nameof(Others))]
    public void Each_text_says_all_that_is_filled_in(string language)
    {
        var texts = Read(language);

        foreach (var (code, values) in Statements.Value)
            Assert.That(
                Gap().Matches(texts[code]).Select(gap => gap.Value).Distinct(),
                Is.EquivalentTo(Enumerable.Range(0, values).Select(value => $"{{{value}}}")),
                code
            );
    }

    static string? CodeOf(ArgumentListSyntax list) =>
        list.Arguments is [{ Expression: LiteralExpressionSyntax { Token.ValueText: var text } }, _, ..] && Code().IsMatch($"\"{text}\"")
            ? text
            : null;

    static Dictionary<string, string> Read(string language) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(Path.Combine(SourceGraph.Source, "Portal", "Texts", $"api.{language}.json"))
        )!;

    [GeneratedRegex(
        """
            "(why|health|plan|group)\.[a-z.-]+"
            """
    )]
    private static partial Regex Code();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();
}
