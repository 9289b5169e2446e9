namespace ScimProvisioning.Tests.House;

/// <summary>CSharpier wraps code, but neither comments nor long strings.</summary>
[TestFixture, Parallelizable]
sealed class LineLengthTests
{
    const int Limit = 140;

    [Test]
    public void No_line_of_code_is_longer_than_140_columns()
    {
        var tooLong = new[] { "src", "tests", "scim-compliance", "docs/samples" }
            .SelectMany(folder => System.IO.Directory.EnumerateFiles(ProjectFolder.Find(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith("ModelSnapshot.cs", StringComparison.Ordinal))
            .SelectMany(file =>
                File.ReadLines(file)
                    .Index()
                    .Where(line => line.Item.Length > Limit)
                    .Select(line => $"{Path.GetRelativePath(ProjectFolder.Root, file)}:{line.Index + 1}")
            );

        Assert.That(tooLong, Is.Empty, $"Wrap these lines: they are longer than {Limit} columns.");
    }
}
