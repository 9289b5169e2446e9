using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.House;

/// <summary>
/// What a reader of README.md and docs/ relies on: links lead somewhere, diagrams are drawn, long pages have a list of contents, folders
/// are explained.
/// </summary>
[TestFixture, Parallelizable]
sealed partial class DocumentationTests
{
    /// <summary>Two screens. Beyond that a reader wants to see what is there before scrolling.</summary>
    const int LongPage = 80;

    /// <summary>What GitHub draws and we use.</summary>
    static readonly string[] DiagramTypes = ["flowchart", "sequenceDiagram", "stateDiagram-v2", "erDiagram"];

    static IEnumerable<string> Pages =>
        System
            .IO.Directory.GetFiles(ProjectFolder.Find("docs"), "*.md", SearchOption.AllDirectories)
            .Append(ProjectFolder.Find("README.md"))
            .Select(page => Path.GetRelativePath(ProjectFolder.Root, page));

    // A generated list, and the tool's manual, which has its list of verbs.
    static IEnumerable<string> PagesWithContents =>
        Pages.Where(page => page.StartsWith("docs", StringComparison.Ordinal) && !page.Contains("compliance", StringComparison.Ordinal));

    [TestCaseSource(nameof(Pages))]
    public void Every_relative_link_leads_to_a_file_and_a_heading(string page)
    {
        var folder = Path.GetDirectoryName(ProjectFolder.Find(page))!;
        var targets = Link()
            .Matches(WithoutCode(page))
            .Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Distinct();

        Assert.That(targets.Where(target => !Leads(folder, page, target)), Is.Empty);
    }

    [TestCaseSource(nameof(Pages))]
    public void Every_diagram_has_a_type_that_is_drawn(string page) =>
        Assert.That(
            Diagram().Matches(File.ReadAllText(ProjectFolder.Find(page))).Select(diagram => diagram.Groups["type"].Value).Distinct(),
            Is.SubsetOf(DiagramTypes)
        );

    [TestCaseSource(nameof(PagesWithContents))]
    public void A_long_page_begins_with_links_to_all_its_sections(string page)
    {
        if (File.ReadLines(ProjectFolder.Find(page)).Count() <= LongPage)
            return;

        var text = WithoutCode(page);
        var beginning = text[..text.IndexOf("\n## ", StringComparison.Ordinal)];
        var linked = Link().Matches(beginning).Select(link => link.Groups["target"].Value);

        Assert.That(Section().Matches(text).Select(section => $"#{Anchor(section.Groups["title"].Value)}"), Is.SubsetOf(linked));
    }

    [Test]
    public void Every_folder_of_the_server_is_explained()
    {
        var folders = System
            .IO.Directory.EnumerateFiles(ProjectFolder.Find("src/ScimProvisioning"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(ProjectFolder.Find("src/ScimProvisioning"), file).Split(Path.DirectorySeparatorChar))
            .Where(path => path.Length > 1)
            .Select(path => path[0])
            .Distinct();

        var page = File.ReadAllText(ProjectFolder.Find("docs/architecture.md"));

        Assert.That(folders.Where(folder => !page.Contains($"\n| `{folder}/` |", StringComparison.Ordinal)), Is.Empty);
    }

    static bool Leads(string folder, string page, string target)
    {
        var (path, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, null);
        var file = path.Length == 0 ? ProjectFolder.Find(page) : Path.Combine(folder, path);
        return anchor is null
            ? Path.Exists(file)
            : File.Exists(file) && Anchors(Path.GetRelativePath(ProjectFolder.Root, file)).Contains(anchor, StringComparer.Ordinal);
    }

    static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(WithoutCode(page)).Select(heading => Anchor(heading.Groups["title"].Value));

    /// <summary>As GitHub makes it of a heading.</summary>
    static string Anchor(string heading) => NotInAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>Brackets and number signs in code are neither links nor headings.</summary>
    static string WithoutCode(string page) => Code().Replace(File.ReadAllText(ProjectFolder.Find(page)), "");

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex("^```mermaid\n\\s*(?<type>\\S+)", RegexOptions.Multiline)]
    private static partial Regex Diagram();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^## (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"[^\p{L}\p{N}\-_ ]")]
    private static partial Regex NotInAnchor();
}
