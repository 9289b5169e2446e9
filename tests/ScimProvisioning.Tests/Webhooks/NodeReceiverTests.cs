using System.Diagnostics;
using System.Text.RegularExpressions;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>
/// The receiver of docs/webhooks.md as it is printed there, in Node with npm's <c>standardwebhooks</c>: an implementation that is not ours.
/// </summary>
[TestFixture, Parallelizable]
sealed partial class NodeReceiverTests
{
    [Test]
    public async Task The_receiver_of_the_page_verifies_what_is_sent()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("scim-hooks-");
        try
        {
            await RunAsync(
                "npm",
                ["install", "--silent", "--no-fund", "--no-audit", "--ignore-scripts", "standardwebhooks@1.1.1"],
                folder.FullName
            );
            await using var app = await HookApp.StartAsync();
            var (id, first) = await app.Hook();
            var page = await File.ReadAllTextAsync(ProjectFolder.Find("docs/webhooks.md"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "receiver.mjs"), Script().Match(page).Groups["code"].Value);
            foreach (
                var secret in (string[])[first, (string)(await app.Call("POST", $"/webhook-endpoints/{id}/rotate-secret"))!["secret"]!]
            )
            {
                using var node = Process.Start(
                    new ProcessStartInfo("node", ["receiver.mjs"])
                    {
                        WorkingDirectory = folder.FullName,
                        RedirectStandardOutput = true,
                        Environment = { ["WEBHOOK_SECRET"] = secret, ["PORT"] = "0" },
                    }
                )!;
                using var limit = new CancellationTokenSource(Wait.Limit);
                using var _ = limit.Token.Register(node.Kill);
                var port = (await node.StandardOutput.ReadLineAsync(limit.Token))!.Split(' ')[^1];
                await app.Call("PATCH", $"/webhook-endpoints/{id}", $$"""{"url":"http://127.0.0.1:{{port}}/hooks"}""");

                await app.Directory.User($"user-{port}");

                Assert.That(await node.StandardOutput.ReadLineAsync(limit.Token), Does.StartWith("directory.user.created"));
                Assert.That(await StatusOfForgery(port), Is.EqualTo(400));
                node.Kill();
                await node.WaitForExitAsync(limit.Token);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<int> StatusOfForgery(string port)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/hooks")
        {
            Content = new StringContent("{}"),
            Headers =
            {
                { "webhook-id", "1" },
                { "webhook-timestamp", $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}" },
                { "webhook-signature", "v1,AAAA" },
            },
        };
        using var response = await client.SendAsync(request);
        return (int)response.StatusCode;
    }

    static async Task RunAsync(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder })!;
        using var limit = new CancellationTokenSource(Wait.Limit);
        await process.WaitForExitAsync(limit.Token);
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}");
    }

    [GeneratedRegex("```js\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();
}
