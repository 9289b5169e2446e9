using ScimCompliance.Verify;

namespace ScimCompliance.Reports;

enum ReportFormat
{
    Html,
    JUnit,
    Json,
    Md,
}

/// <summary>Writes the result of a run as a file.</summary>
static class Report
{
    /// <param name="arguments">Formats and files, alternating.</param>
    /// <exception cref="CannotRun">An unknown format, or a format without a file.</exception>
    public static List<(ReportFormat Format, string File)> Parse(string[] arguments)
    {
        if (arguments.Length % 2 is not 0)
            throw new CannotRun("--report takes a format and a file: --report html report.html");
        return
        [
            .. arguments
                .Chunk(2)
                .Select(pair =>
                    (
                        Enum.TryParse<ReportFormat>(pair[0], ignoreCase: true, out var format)
                            ? format
                            : throw new CannotRun($"'{pair[0]}' is no format of a report; there are html, junit, json and md."),
                        pair[1]
                    )
                ),
        ];
    }

    /// <summary>Makes sure that the file can be written, before the run and not after it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Writable(string file)
    {
        var isNew = !File.Exists(file);
        File.Open(file, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        if (isNew)
            File.Delete(file);
        return file;
    }

    /// <summary>The file of <c>--report json FILE</c>, after making sure that it can be written.</summary>
    /// <exception cref="CannotRun">Another format.</exception>
    public static string? JsonFile(string[] report) =>
        report switch
        {
            [] => null,
            [var format, var file] when format.Equals("json", StringComparison.OrdinalIgnoreCase) => Writable(file),
            _ => throw new CannotRun("--report takes the format json and a file: --report json report.json"),
        };

    public static string Write(ReportFormat format, VerificationResult verified) =>
        format switch
        {
            ReportFormat.Html => HtmlReport.Write(verified),
            ReportFormat.JUnit => JUnitReport.Write(verified),
            ReportFormat.Json => JsonReport.Write(verified),
            ReportFormat.Md => MarkdownReport.Write(verified),
            _ => throw new InvalidOperationException($"Unhandled {format}."),
        };
}
