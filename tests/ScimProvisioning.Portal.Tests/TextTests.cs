using System.Text.Json;
using System.Text.RegularExpressions;
using ScimProvisioning.Portal;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Portal;

/// <summary>The texts of the portal are data: each language has all of them, and there are no others.</summary>
[TestFixture, Parallelizable]
sealed partial class TextTests
{
    static readonly string Folder = ProjectFolder.Find("src/ScimProvisioning/Portal");

    static readonly string Sources = string.Concat(
        new[] { "*.razor", "*.cs" }
            .SelectMany(kind => System.IO.Directory.EnumerateFiles(Folder, kind, SearchOption.AllDirectories))
            .Select(File.ReadAllText)
    );

    [Test]
    public void All_languages_have_the_same_texts_with_the_same_gaps()
    {
        var all = Texts.Languages.Select(language =>
            string.Join(
                '\n',
                Read(language).Select(text => text.Key + string.Concat(Gap().Matches(text.Value).Select(gap => gap.Value).Order())).Order()
            )
        );

        Assert.That(all.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Each_text_that_a_page_names_exists() =>
        Assert.That(Named().Matches(Sources).Select(name => name.Groups[1].Value).Except(Read(Texts.Default).Keys), Is.Empty);

    [Test]
    public void No_text_is_left_over()
    {
        var groups = Group().Matches(Sources).Select(group => group.Groups[1].Value + ".").Distinct().ToList();

        Assert.That(
            Read(Texts.Default)
                .Keys.Where(key =>
                    !Sources.Contains($"\"{key}\"", StringComparison.Ordinal)
                    && !groups.Any(g => key.StartsWith(g, StringComparison.Ordinal))
                ),
            Is.Empty
        );
    }

    static Dictionary<string, string> Read(string language) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Folder, "Texts", language + ".json")))!;

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();

    [GeneratedRegex("""\bT\["([^"]+)""")]
    private static partial Regex Named();

    [GeneratedRegex("""\bT\.Word\("([^"]+)""")]
    private static partial Regex Group();
}
