using System.Text;
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

    /// <summary>More could not be opened by a browser, nor attached to a ticket.</summary>
    public const int LargestReport = 1_000_000;

    /// <summary>The report, with as much of the requests and answers as fits into <see cref="LargestReport"/> bytes.</summary>
    public static string Write(ReportFormat format, VerificationResult verified)
    {
        var report = WriteAll(format, verified);
        foreach (
            var (longest, text, alsoOfPassed) in ((int, int, bool)[])
                [
                    (2_000, 2_000, true),
                    (500, 500, true),
                    (6_000, 6_000, false),
                    (1_000, 1_000, false),
                    (200, 200, false),
                    (0, ShortText, false),
                    (0, 0, false),
                ]
        )
        {
            if (Encoding.UTF8.GetByteCount(report) <= LargestReport)
                break;
            report = WriteAll(format, Shortened(verified, longest, text, alsoOfPassed));
        }
        return report;
    }

    // Beyond these, an item of a list or the list says no more to its reader.
    const int ShortText = 50;
    const int ShortList = 100;

    /// <param name="longest">
    /// Characters of a body that are kept; 0: no request is kept at all, and of what was left on the server the first of the list. The
    /// number of checks bounds all else.
    /// </param>
    /// <param name="text">Characters that are kept of what a check expected, what came, and why it was not tried.</param>
    /// <param name="alsoOfPassed">Whether the requests of checks that hold are kept, too.</param>
    static VerificationResult Shortened(VerificationResult verified, int longest, int text, bool alsoOfPassed) =>
        verified with
        {
            Left =
            [
                .. verified.Left.Take(longest == 0 ? ShortList : int.MaxValue).Select(left => Cut(left, Math.Max(text, ShortText))!),
                .. longest == 0 && verified.Left.Count > ShortList ? [$"and {verified.Left.Count - ShortList} more"] : (string[])[],
            ],
            Results =
            [
                .. verified.Results.Select(result =>
                    result with
                    {
                        Expected = Cut(result.Expected, text),
                        Came = Cut(result.Came, text),
                        Reason = Cut(result.Reason, text),
                        Exchanges =
                            longest == 0 || (result.Holds && !alsoOfPassed)
                                ? []
                                :
                                [
                                    .. result.Exchanges.Select(exchange =>
                                        exchange with
                                        {
                                            RequestBody = Cut(exchange.RequestBody, longest),
                                            ResponseBody = Cut(exchange.ResponseBody, longest)!,
                                        }
                                    ),
                                ],
                    }
                ),
            ],
        };

    /// <summary>Leaves no half of a character behind, which could not be written as UTF-8.</summary>
    static string? Cut(string? text, int longest) =>
        text?.Length > longest ? text[..(longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "…" : text;

    static string WriteAll(ReportFormat format, VerificationResult verified) =>
        format switch
        {
            ReportFormat.Html => HtmlReport.Write(verified),
            ReportFormat.JUnit => JUnitReport.Write(verified),
            ReportFormat.Json => JsonReport.Write(verified),
            ReportFormat.Md => MarkdownReport.Write(verified),
            _ => throw new InvalidOperationException($"Unhandled {format}."),
        };
}
