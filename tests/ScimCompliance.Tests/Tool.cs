using System.Diagnostics;
using ScimCompliance.Tests.BrokenServer;

namespace ScimCompliance.Tests;

/// <summary>The tool as its users run it: a process of its own.</summary>
static class Tool
{
    public static Task<(int Code, string Out, string Error)> RunAsync(
        string arguments,
        string? token = TestServer.Token,
        string? secret = null
    ) => RunAsync(arguments, token, secret, _ => Task.CompletedTask);

    /// <summary>Ctrl+C once it is so far.</summary>
    public static Task<(int Code, string Out, string Error)> InterruptAsync(string arguments, Func<bool> when) =>
        RunAsync(
            arguments,
            TestServer.Token,
            null,
            async process =>
            {
                while (!when() && !process.HasExited)
                    await Task.Delay(TimeSpan.FromMilliseconds(5));
                using var kill = Process.Start("kill", $"-INT {process.Id}");
                await kill.WaitForExitAsync();
            }
        );

    static async Task<(int Code, string Out, string Error)> RunAsync(
        string arguments,
        string? token,
        string? secret,
        Func<Process, Task> meanwhile
    )
    {
        var start = new ProcessStartInfo("dotnet", $"\"{Path.Combine(AppContext.BaseDirectory, "scim-compliance.dll")}\" {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SCIM_TOKEN"] = token; // null takes it away
        start.Environment["SCIM_CLIENT_SECRET"] = secret;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await meanwhile(process);
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
