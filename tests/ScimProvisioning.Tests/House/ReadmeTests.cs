using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.House;

/// <summary>What the README tells people to type.</summary>
[TestFixture, Parallelizable]
sealed partial class ReadmeTests
{
    static readonly string Readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../README.md"));

    [Test]
    public async Task The_walk_through_runs_as_it_is_printed()
    {
        await using var server = new ScimServer();
        server.StartServer();
        var script = Block().Match(Readme, Readme.IndexOf("## Walk through it", StringComparison.Ordinal)).Groups["script"].Value;
        var start = new ProcessStartInfo(
            "bash",
            [
                "-euo",
                "pipefail",
                "-c",
                script.Replace("http://localhost:5000", server.Address.ToString().TrimEnd('/'), StringComparison.Ordinal),
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ADMIN_KEY"] = ScimServer.AdminKey },
        };

        using var shell = Process.Start(start)!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();

        Assert.That((shell.ExitCode, await error), Is.EqualTo((0, "")));
        var answers = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.That(
            ((int)answers[0]["totalResults"]!, (bool)answers[1]["active"]!, (string?)answers[^1]["members"]![0]!["display"]),
            Is.EqualTo((0, false, "Ella"))
        );
    }

    static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex("```bash\n(?<script>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
