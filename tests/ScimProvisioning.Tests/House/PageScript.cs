using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.House;

/// <summary>The commands that a page tells people to type, run as they are printed.</summary>
static partial class PageScript
{
    /// <summary>The text of each bash block.</summary>
    public static IEnumerable<string> Blocks(string markdown) => Block().Matches(markdown).Select(block => block.Groups["script"].Value);

    /// <summary>Runs commands that name the default address against this server.</summary>
    /// <returns>What they print.</returns>
    public static async Task<string> RunAsync(ScimServer server, string script)
    {
        server.StartServer();
        var atServer = script.Replace("http://localhost:5000", server.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", atServer])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ADMIN_KEY"] = ScimServer.AdminKey },
        };

        using var shell = Process.Start(start)!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Wait.Limit);
        await using var _ = patience.Token.Register(() => shell.Kill(entireProcessTree: true));
        await shell.WaitForExitAsync();

        Assert.That((shell.ExitCode, await error), Is.EqualTo((0, "")), await output);
        return await output;
    }

    [GeneratedRegex("^```bash\n(?<script>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
