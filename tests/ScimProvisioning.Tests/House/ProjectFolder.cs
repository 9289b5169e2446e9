using System.Runtime.CompilerServices;

namespace ScimProvisioning.Tests.House;

/// <summary>The files of the project that tests read, and the generated parts of them.</summary>
static class ProjectFolder
{
    public static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../.."));

    /// <summary>A file or folder of the project.</summary>
    /// <param name="path">Below the root, such as <c>docs/api.md</c>.</param>
    public static string Find(string path) => Path.Combine(Root, path);

    /// <summary>The page with other text between its comments <c>name: generated, …</c> and <c>/name</c>.</summary>
    public static string Between(string page, string name, string text)
    {
        var begin = page.IndexOf($"<!-- {name}: generated", StringComparison.Ordinal);
        var (from, to) = (page.IndexOf('\n', begin) + 1, page.IndexOf($"<!-- /{name} -->", StringComparison.Ordinal));
        return page[..from] + text + page[to..];
    }

    /// <summary>Asserts that a file has the generated text. With the environment variable set to 1 the file is written first.</summary>
    /// <param name="variable">Such as <c>SCIM_WRITE_ROUTES</c>.</param>
    /// <param name="filter">The test class, which the failure tells to run.</param>
    public static void RequireGenerated(string path, string expected, string variable, string filter)
    {
        if (Environment.GetEnvironmentVariable(variable) == "1")
            File.WriteAllText(Find(path), expected);

        Assert.That(
            File.ReadAllText(Find(path)),
            Is.EqualTo(expected),
            $"{path} is not up to date. Write it anew: {variable}=1 dotnet test tests/ScimProvisioning.Tests --filter {filter}"
        );
    }

    static string Here([CallerFilePath] string file = "") => file;
}
