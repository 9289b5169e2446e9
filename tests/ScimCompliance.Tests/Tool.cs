using System.Diagnostics;
using ScimCompliance.Tests.BrokenServer;

namespace ScimCompliance.Tests;

/// <summary>Runs the tool as a process of its own, as its users do.</summary>
static class Tool
{
    /// <summary>Ends a run that hangs; never reached otherwise, however busy the machine is.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static Task<(int Code, string Out, string Error)> RunAsync(
        string arguments,
        string? token = TestServer.Token,
        string? secret = null
    ) => RunAsync("dotnet", $"{Assembly} {arguments}", token, secret, (_, _) => Task.CompletedTask);

    /// <summary>
    /// Sends the signal <c>INT</c> (Ctrl+C) or <c>TERM</c> once it is so far. A process inherits from its parent that it ignores INT, as
    /// every background job of a shell script does, and .NET respects that. So <c>env</c> first resets the signal for the tool.
    /// </summary>
    /// <param name="isIgnored">Starts the tool from a parent that ignores INT.</param>
    public static Task<(int Code, string Out, string Error)> InterruptAsync(
        string arguments,
        string signal,
        Func<bool> when,
        bool isIgnored = false
    ) =>
        RunAsync(
            "env",
            $"{(isIgnored ? "--ignore-signal=INT env " : "")}--default-signal=INT dotnet {Assembly} {arguments}",
            TestServer.Token,
            null,
            async (process, limit) =>
            {
                while (!when() && !process.HasExited)
                    await Task.Delay(TimeSpan.FromMilliseconds(5), limit);
                using var kill = Process.Start("kill", $"-{signal} {process.Id}");
                await kill.WaitForExitAsync(limit);
            }
        );

    static string Assembly => $"\"{Path.Combine(AppContext.BaseDirectory, "scim-compliance.dll")}\"";

    static async Task<(int Code, string Out, string Error)> RunAsync(
        string program,
        string arguments,
        string? token,
        string? secret,
        Func<Process, CancellationToken, Task> meanwhile
    )
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SCIM_TOKEN"] = token; // null removes the variable
        start.Environment["SCIM_CLIENT_SECRET"] = secret;
        using var limit = new CancellationTokenSource(Limit);
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await meanwhile(process, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The tool did not end within {Limit.TotalMinutes} minutes: {arguments}");
        }
        finally
        {
            process.Kill(entireProcessTree: true); // does nothing when it has ended
        }
    }
}
