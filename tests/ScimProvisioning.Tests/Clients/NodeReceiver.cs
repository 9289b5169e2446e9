using System.Diagnostics;
using System.Text;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Clients;

/// <summary>An event that the app has got.</summary>
/// <param name="Path">Which of its endpoints.</param>
/// <param name="IsKept">It was written down before the answer; else the server must send it again.</param>
sealed record GotEvent(string Path, bool IsKept, DirectoryEvent Event);

/// <summary>
/// An app in a process of its own, which writes each event to a file before it answers, and misbehaves: it refuses, redirects, hangs, lies,
/// is slow, has too much to do, wants no more, breaks off. What it has written outlives it.
/// </summary>
sealed class NodeReceiver : IDisposable
{
    const string Script = """
        import { createServer } from "node:http";
        import { createHmac } from "node:crypto";
        import { appendFileSync } from "node:fs";

        const { LOG, PORT, SECRETS, FAULTS } = process.env;
        const keys = SECRETS.split(" ").map((secret) => Buffer.from(secret.slice("whsec_".length), "base64"));

        const server = createServer(async (request, response) => {
          const chunks = [];
          try {
            for await (const chunk of request) chunks.push(chunk);
          } catch {
            return; // the server was killed
          }
          const body = Buffer.concat(chunks).toString();
          const signed = `${request.headers["webhook-id"]}.${request.headers["webhook-timestamp"]}.${body}`;
          const isSigned = keys.some((key) =>
            request.headers["webhook-signature"].split(" ").includes("v1," + createHmac("sha256", key).update(signed).digest("base64")));
          const got = (kept) => appendFileSync(LOG, `\n${isSigned ? request.url : "forged"}\t${kept}\t${body}\t.`);
          const answer = (status, headers = {}) => response.writeHead(status, headers).end();
          const faults = [
            () => (got(0), answer(500)),
            () => (got(0), answer(429, { "Retry-After": "1" })),
            () => (got(0), answer(307, { Location: "/elsewhere" })),
            () => (got(0), request.socket.destroy()),
            () => (got(1), request.socket.destroy()),
            () => {
              got(0);
              response.writeHead(200, { "Content-Length": 500 }).write("half of it");
              setTimeout(() => request.socket.destroy(), 20);
            },
            () => got(1),
            () => (got(1), setTimeout(() => answer(200), 300)),
          ];
          const luck = FAULTS === "yes" ? Math.random() : 1;
          if (luck < 0.005) got(0), answer(410);
          else if (luck < 0.3) faults[Math.floor(Math.random() * faults.length)]();
          else got(1), answer(204);
        });
        server.listen(Number(PORT), "127.0.0.1", () => console.log(server.address().port));
        """;

    readonly TemporaryFolder _folder = new();
    string _port = "0";
    Process? _process;

    string Log => Path.Combine(_folder.FullName, "events.log");

    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>The secrets of its endpoints.</summary>
    public List<string> Secrets { get; } = [];

    /// <summary>In the order in which they came, also to earlier processes. What was being written at a kill was not taken.</summary>
    public async Task<List<GotEvent>> GotAsync() =>
        [
            .. (await File.ReadAllLinesAsync(Log))
                .Select(line => line.Split('\t'))
                .Where(part => part is [_, _, _, "."])
                .Select(part => new GotEvent(part[0], part[1] == "1", DirectoryEvent.Parse(Encoding.UTF8.GetBytes(part[2])))),
        ];

    /// <summary>Starts it where it was before, if it was.</summary>
    public async Task StartAsync(bool faults)
    {
        var script = _folder.Write("receiver.mjs", Script);
        _process = Process.Start(
            new ProcessStartInfo("node", [script])
            {
                RedirectStandardOutput = true,
                Environment =
                {
                    ["LOG"] = Log,
                    ["PORT"] = _port,
                    ["SECRETS"] = string.Join(' ', Secrets),
                    ["FAULTS"] = faults ? "yes" : "no",
                },
            }
        )!;
        using var limit = new CancellationTokenSource(Wait.Limit);
        _port = await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The receiver ended.");
    }

    /// <summary>As kill -9 does.</summary>
    public async Task KillAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        _process!.Kill();
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.Dispose();
        _folder.Dispose();
    }
}
