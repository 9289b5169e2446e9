using System.Text.Json.Nodes;

namespace ScimProvisioning.Directory.Imports;

/// <summary>A row of a file that is imported, or what is wrong with it.</summary>
/// <param name="Line">The line where it begins, from 1 on.</param>
/// <param name="Json">The row; <c>null</c>: it cannot be read.</param>
/// <param name="Size">Its length in bytes or characters.</param>
/// <param name="Error">Why it cannot be read.</param>
sealed record FileRow(long Line, JsonObject? Json, int Size, string? Error = null)
{
    /// <summary>Longest row. Local attributes alone may have 64 KB.</summary>
    public const int Longest = 256 * 1024;

    public static FileRow TooLong(long line) => new(line, null, 0, $"The row is longer than {Longest / 1024} KB.");
}

/// <summary>From here on the file cannot be read.</summary>
sealed class UnreadableFileException(long line, string message) : Exception(message)
{
    public long Line { get; } = line;
}
