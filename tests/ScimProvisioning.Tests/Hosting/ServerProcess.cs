using System.Diagnostics;
using System.Text;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>The real server as a process of its own, as a person would start it.</summary>
sealed class ServerProcess : IDisposable
{
    /// <summary>For what a server is to say, or to end: one that does neither fails the test, and does not stop the whole run.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly StringBuilder _said = new();

    ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>All that it has said so far, its log included.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    public static ServerProcess Start(params (string Variable, string Value)[] environment) => new(Process.Start(How([], environment))!);

    /// <summary>The program with these words behind its name, and nothing of our own environment that would speak to it.</summary>
    public static ProcessStartInfo How(IEnumerable<string> arguments, params (string Variable, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ScimProvisioning.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var secret in new[] { "ConnectionStrings__Postgres", "Admin__ApiKey", "Tokens__SigningKey" })
            start.Environment.Remove(secret);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return start;
    }

    /// <summary>Waits until the server says where it listens.</summary>
    public async Task<Uri> ListensOnAsync()
    {
        const string announcement = "Now listening on: ";
        var line = await SaysAsync(announcement);
        return new(line[(line.IndexOf(announcement, StringComparison.Ordinal) + announcement.Length)..]);
    }

    /// <summary>Waits for a line with these words.</summary>
    public async Task<string> SaysAsync(string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await HearAsync(patience.Token) is { } line)
        {
            if (!line.Contains(words, StringComparison.Ordinal))
                continue;
            _ = HearAllAsync(); // somebody must read on, or a full pipe stops the server
            return line;
        }
        throw new InvalidOperationException($"The server ended: {Said}{await _process.StandardError.ReadToEndAsync()}");
    }

    async Task HearAllAsync()
    {
        while (await HearAsync(CancellationToken.None) is not null) { }
    }

    async Task<string?> HearAsync(CancellationToken ct)
    {
        var line = await _process.StandardOutput.ReadLineAsync(ct);
        lock (_said)
            _said.AppendLine(line);
        return line;
    }

    /// <summary>Waits for a server that is to end by itself; one that goes on instead fails the test.</summary>
    public async Task<(int ExitCode, string Error)> EndsAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var error = await _process.StandardError.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, error);
    }

    /// <summary>As kill -9 does: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
