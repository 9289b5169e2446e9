using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Directory.Imports;

/// <summary>
/// Reads a CSV file with a header: <c>uid,appUserId,userName,attributes.costCenter,localAttributes.shoeSize</c>. An empty field says
/// nothing.
/// </summary>
static class CsvRows
{
    const int MostShown = 20;
    const int LongestShown = 64;

    static readonly string[] Parts = ["attributes", "localAttributes"];

    /// <param name="keys">The columns of which there must be one.</param>
    /// <exception cref="UnreadableFileException">The header is wrong, or the file no CSV.</exception>
    public static async IAsyncEnumerable<FileRow> ReadAsync(Stream file, string[] keys, [EnumeratorCancellation] CancellationToken ct)
    {
        (string? Part, string Name)[]? columns = null;
        await foreach (var record in new CsvRecords(file).ReadAsync(ct))
            if (columns is null)
                columns = Columns(record, keys);
            else
                yield return record.Fields.Count == columns.Length
                    ? new(record.Line, Row(columns, record.Fields), record.Size)
                    : new(
                        record.Line,
                        null,
                        record.Size,
                        $"The row has {record.Fields.Count} fields, and the header has {columns.Length}."
                    );
        if (columns is null)
            throw new UnreadableFileException(
                1,
                $"The file is empty: its first line must name the columns, one of them {string.Join(" or ", keys)}."
            );
    }

    static (string? Part, string Name)[] Columns(CsvRecord header, string[] keys)
    {
        var names = header.Fields.Select(name => name.Trim()).ToList();
        if (!names.Exists(keys.Contains))
            throw new UnreadableFileException(
                header.Line,
                $"The first line must name the columns, separated by commas, one of them {string.Join(" or ", keys)}. {Found(names)}"
            );
        if (names.Find(name => name.Length == 0 || names.Count(other => other == name) > 1) is { } wrong)
            throw new UnreadableFileException(
                header.Line,
                wrong.Length == 0 ? "A column has no name." : $"The column '{wrong}' is there twice."
            );
        return
        [
            .. names.Select(name =>
                Parts.FirstOrDefault(part => name.StartsWith(part + '.', StringComparison.Ordinal)) is { } part
                    ? (part, name[(part.Length + 1)..])
                    : ((string?)null, name)
            ),
        ];
    }

    /// <summary>What is there instead. Only what looks like a name of a column: it may be a row with an address.</summary>
    static string Found(IReadOnlyList<string> names)
    {
        if (names is [var only] && only.Contains(';', StringComparison.Ordinal))
            return "Found ';': save the file with commas.";
        var shown = names.Where(name =>
            name.Length is > 0 and <= LongestShown && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
        );
        return $"Found: {string.Join(", ", shown.Take(MostShown))}.";
    }

    static JsonObject Row((string? Part, string Name)[] columns, IReadOnlyList<string> fields)
    {
        var row = new JsonObject();
        foreach (var ((part, name), value) in columns.Zip(fields))
        {
            if (value.Length == 0)
                continue;
            var target = part is null ? row : (JsonObject)(row[part] ??= new JsonObject());
            target[name] = value;
        }
        return row;
    }
}
