using System.ComponentModel;
using System.Diagnostics;

namespace ScimProvisioning.Hosting;

/// <summary>One finished run of another program: its exit code and its output.</summary>
sealed record ProgramRun(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Runs a program to its end. A program that cannot be started has exit code 127, as in a shell.</summary>
    public static async Task<ProgramRun> ToEndAsync(ProcessStartInfo start, TimeProvider clock, CancellationToken ct)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            return await FinishAsync(process, clock, ct);
        }
        catch (Win32Exception e)
        {
            return new(127, e.Message);
        }
    }

    static async Task<ProgramRun> FinishAsync(Process process, TimeProvider clock, CancellationToken ct)
    {
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        // On Windows the database server inherits pg_ctl's pipes and keeps them open: their end cannot be waited for.
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(2), clock, ct));
        var said = output.IsCompletedSuccessfully ? string.Join('\n', output.Result).Trim() : "";
        return new(process.ExitCode, said);
    }
}
