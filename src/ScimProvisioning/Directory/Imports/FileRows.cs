using System.Runtime.CompilerServices;
using Microsoft.Net.Http.Headers;
using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Imports;

/// <summary>How the rows of a file are written.</summary>
enum ImportFormat
{
    Ndjson,
    Csv,
}

/// <summary>Reads the application's users from a file of any length.</summary>
static class FileRows
{
    public const string Ndjson = "application/x-ndjson";
    public const string Csv = "text/csv";

    /// <summary>Bytes of a file at most: millions of rows.</summary>
    public const long MostBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>Rows in a transaction.</summary>
    const int BatchRows = 500;

    /// <summary>The same for long rows, by their length together.</summary>
    const int BatchSize = 4 * 1024 * 1024;

    /// <exception cref="ProblemException">415 for anything else than NDJSON or CSV.</exception>
    public static ImportFormat FormatOf(string? contentType) =>
        Find(contentType) ?? throw ProblemException.UnsupportedMediaType($"Send {Ndjson} or {Csv}, in UTF-8.");

    /// <returns><c>null</c>: it is no file of rows.</returns>
    public static ImportFormat? Find(string? contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var type) ? null
        : type.MediaType.Equals(Ndjson, StringComparison.OrdinalIgnoreCase) ? ImportFormat.Ndjson
        : type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase) ? ImportFormat.Csv
        : null;

    /// <param name="keys">The columns of which a CSV file needs one.</param>
    /// <exception cref="UnreadableFileException">From there on the file cannot be read.</exception>
    public static async IAsyncEnumerable<List<FileRow>> InBatchesAsync(
        ImportFormat format,
        Stream file,
        string[] keys,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var (batch, size) = (new List<FileRow>(), 0);
        await foreach (var row in format is ImportFormat.Csv ? CsvRows.ReadAsync(file, keys, ct) : NdjsonRows.ReadAsync(file, ct))
        {
            batch.Add(row);
            size += row.Size;
            if (batch.Count < BatchRows && size < BatchSize)
                continue;
            yield return batch;
            (batch, size) = ([], 0);
        }
        if (batch.Count > 0)
            yield return batch;
    }
}
