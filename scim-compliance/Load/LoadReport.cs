using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using Spectre.Console;

namespace ScimCompliance.Load;

/// <summary>The result of a load, on the terminal and as JSON.</summary>
static class LoadReport
{
    /// <summary>Runs with one line that shows the present figures; nothing without a terminal.</summary>
    public static Task<LoadResult> ShowAsync(Func<Action<OperationFigures, TimeSpan, int>, Task<LoadResult>> steps) =>
        !AnsiConsole.Profile.Capabilities.Ansi
            ? steps((_, _, _) => { })
            : AnsiConsole
                .Status()
                .StartAsync(
                    "Preparing",
                    status =>
                        steps(
                            (now, elapsed, count) =>
                                status.Status = Markup.Escape(
                                    $"{elapsed.TotalSeconds:0.0} s, {count} requests, {now.RequestsPerSecond:0}/s, p50 {now.P50:0.0} ms, "
                                        + $"p99 {now.P99:0.0} ms{(now.Errors.Count is 0 ? "" : $", errors: {now.ErrorText}")}"
                                )
                        )
                );

    public static void Write(LoadResult loaded)
    {
        var table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("operation", "requests", "requests/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors");
        foreach (var column in table.Columns.Skip(1).Take(6))
            column.RightAligned();
        foreach (var row in loaded.Rows)
            table.AddRow(
                row.Name,
                $"{row.Count}",
                $"{row.RequestsPerSecond:0.0}",
                $"{row.P50:0.0}",
                $"{row.P95:0.0}",
                $"{row.P99:0.0}",
                $"{row.Max:0.0}",
                row.ErrorText
            );
        AnsiConsole.Write(table);
        foreach (var left in loaded.Left)
            AnsiConsole.MarkupLineInterpolated($"[yellow]could not be deleted:[/] {left}");
        AnsiConsole.MarkupLineInterpolated($"Deleted {loaded.Deleted} with the mark {loaded.Mark}.");
        AnsiConsole.MarkupLineInterpolated(
            $"{Speed(loaded.Options)} over {loaded.Options.Connections} connections, {loaded.Elapsed.TotalSeconds:0.0} s."
        );
        if (!loaded.Interrupted)
            AnsiConsole.MarkupLine(
                loaded.IsGood ? "[green]Every request was answered, none with 5xx.[/]"
                : loaded.DueAndNotSent > 0
                    ? $"[red]{loaded.DueAndNotSent} {(loaded.DueAndNotSent is 1 ? "was" : "were")} due and not sent: "
                        + "the server did not keep up with the rate.[/]"
                : "[red]Requests were answered 5xx or not at all.[/]"
            );
    }

    public static string Json(LoadResult loaded) =>
        new JsonObject
        {
            ["url"] = loaded.Url,
            ["mark"] = loaded.Mark,
            ["rate"] = loaded.Options.Rate,
            ["connections"] = loaded.Options.Connections,
            ["users"] = loaded.Options.Users,
            ["milliseconds"] = loaded.Elapsed.TotalMilliseconds,
            ["interrupted"] = loaded.Interrupted,
            ["dueAndNotSent"] = loaded.DueAndNotSent,
            ["operations"] = new JsonArray([.. loaded.Rows.Select(Row)]),
            ["left"] = new JsonArray([.. loaded.Left.Select(left => JsonValue.Create(left))]),
        }.ToJsonString(JsonPaths.Indented);

    static string Speed(LoadOptions options) => options.Rate is { } rate ? $"{rate:0.#} requests/s asked for" : "Flat out";

    static JsonObject Row(OperationFigures row) =>
        new()
        {
            ["operation"] = JsonNamingPolicy.CamelCase.ConvertName(row.Name),
            ["requests"] = row.Count,
            ["requestsPerSecond"] = Math.Round(row.RequestsPerSecond, 1),
            ["p50"] = Math.Round(row.P50, 2),
            ["p95"] = Math.Round(row.P95, 2),
            ["p99"] = Math.Round(row.P99, 2),
            ["max"] = Math.Round(row.Max, 2),
            ["errors"] = new JsonObject(
                row.Errors.Select(error =>
                    KeyValuePair.Create<string, JsonNode?>(error.Key is 0 ? "noAnswer" : $"{error.Key}", error.Value)
                )
            ),
        };
}
