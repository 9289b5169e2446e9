namespace ScimProvisioning.Tests.House;

/// <summary>CSharpier wraps code, but neither comments nor long strings.</summary>
[TestFixture, Parallelizable]
sealed class LineLengthTests
{
    const int Limit = 140;

    static readonly string Root = Path.GetFullPath(Path.Combine(SourceGraph.Source, "../.."));

    [Test]
    public void No_line_of_code_is_longer_than_140_columns()
    {
        var tooLong = new[] { "src", "tests", "scim-compliance" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith("ModelSnapshot.cs", StringComparison.Ordinal))
            .SelectMany(file =>
                File.ReadLines(file)
                    .Index()
                    .Where(line => line.Item.Length > Limit)
                    .Select(line => $"{Path.GetRelativePath(Root, file)}:{line.Index + 1}")
            );

        Assert.That(tooLong, Is.Empty, $"Wrap these lines: they are longer than {Limit} columns.");
    }
}
