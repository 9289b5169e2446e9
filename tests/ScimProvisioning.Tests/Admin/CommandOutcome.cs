using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Admin;

/// <summary>The exit code and the output of a command of the real program.</summary>
sealed record CommandOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>The JSON that a successful command has printed. Nothing else may be on standard output.</summary>
    public JsonNode Answer
    {
        get
        {
            Assert.That((ExitCode, Error), Is.EqualTo((0, "")));
            return JsonNode.Parse(Output)!;
        }
    }

    public static async Task<CommandOutcome> RunAsync(string command, params (string Variable, string Value)[] environment)
    {
        using var process = Process.Start(ServerProcess.How(command.Split(' '), environment))!;
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        // Killing the process also ends the reading of its output.
        using var _ = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (patience.IsCancellationRequested)
            Assert.Fail($"{command} did not end: {await output}{await error}");
        return new(process.ExitCode, await output, await error);
    }
}
