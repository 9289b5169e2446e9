using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.House;

/// <summary>What docs/conformance.md claims must have its proof.</summary>
[TestFixture, Parallelizable]
sealed partial class ConformancePageTests
{
    static readonly string[] Rows = [.. File.ReadAllLines(ProjectFolder.Find("docs/conformance.md")).Where(line => Row().IsMatch(line))];

    [Test]
    public void Every_test_that_the_page_names_is_there()
    {
        var tests = System
            .IO.Directory.GetFiles(ProjectFolder.Find("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file =>
                Method()
                    .Matches(File.ReadAllText(file))
                    .Select(match => $"{Path.GetFileNameWithoutExtension(file)}.{match.Groups["name"].Value}")
            )
            .ToHashSet();

        var named = Rows.SelectMany(row => Named().Matches(row).Select(match => match.Groups["test"].Value)).ToArray();

        Assert.That(named, Has.Length.GreaterThan(100));
        Assert.That(named.Except(tests), Is.Empty);
    }

    [Test]
    public void What_is_met_names_a_test() =>
        Assert.That(Rows.Where(row => row.Contains("| yes |", StringComparison.Ordinal)), Is.Not.Empty.And.All.Match("`[A-Za-z]+Tests\\."));

    [Test]
    public void Every_row_says_whether_it_is_met() => Assert.That(Rows, Is.Not.Empty.And.All.Match(@"\| (yes|part|no) \| [^|]+ \|$"));

    [GeneratedRegex(@"^\| [\d.]+(, [\d.]+)* \| ")]
    private static partial Regex Row();

    [GeneratedRegex(@"public (async )?(Task|void) (?<name>\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"`(?<test>\w+Tests\.\w+)`")]
    private static partial Regex Named();
}
