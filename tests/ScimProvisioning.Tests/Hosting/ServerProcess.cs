using System.Diagnostics;
using System.Text;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>The real server in a separate process, as an operator starts it. It is killed when the test disposes it.</summary>
sealed class ServerProcess : IDisposable
{
    /// <summary>How long a test waits for an expected line or for the end of the process. After that the test fails.</summary>
    public static readonly TimeSpan Patience = Wait.Limit;

    readonly Process _process;
    readonly StringBuilder _said = new();
    Task? _rest;

    ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>The standard output so far, which includes the log.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    public static ServerProcess Start(params (string Variable, string Value)[] environment) => new(Process.Start(How([], environment))!);

    /// <summary>A server on this database, which takes the tokens and the admin key of <see cref="ScimServer"/>.</summary>
    public static ServerProcess StartOn(string database, params (string Variable, string Value)[] environment) =>
        Start([
            ("ConnectionStrings__Postgres", database),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            .. environment,
        ]);

    /// <summary>The sample app, which is a server too.</summary>
    public static ServerProcess StartSample(params (string Variable, string Value)[] environment) =>
        new(Process.Start(How("ScimProvisioning.Sample.dll", [], environment))!);

    /// <summary>How to start the program with these arguments, without the secrets in the environment of the test run.</summary>
    public static ProcessStartInfo How(IEnumerable<string> arguments, params (string Variable, string Value)[] environment) =>
        How("ScimProvisioning.dll", arguments, environment);

    static ProcessStartInfo How(string program, IEnumerable<string> arguments, (string Variable, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var secret in new[] { "ConnectionStrings__Postgres", "Admin__ApiKey", "Tokens__SigningKey" })
            start.Environment.Remove(secret);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        // It lives for seconds: to count what its code does costs more than it gains.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return start;
    }

    /// <summary>Waits until the server has logged the address on which it listens.</summary>
    public async Task<Uri> ListensOnAsync()
    {
        const string announcement = "Now listening on: ";
        var line = await SaysAsync(announcement);
        return new(line[(line.IndexOf(announcement, StringComparison.Ordinal) + announcement.Length)..]);
    }

    /// <summary>Waits for a line that contains these words.</summary>
    public async Task<string> SaysAsync(string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.Contains(words, StringComparison.Ordinal))
                continue;
            _rest = ReadToEndAsync(); // the server would stop at its next line when the pipe is full
            return line;
        }
        throw new InvalidOperationException($"The server ended: {Said}{await _process.StandardError.ReadToEndAsync(patience.Token)}");
    }

    async Task ReadToEndAsync()
    {
        while (await ReadLineAsync(CancellationToken.None) is not null) { }
    }

    async Task<string?> ReadLineAsync(CancellationToken ct)
    {
        var line = await _process.StandardOutput.ReadLineAsync(ct);
        lock (_said)
            _said.AppendLine(line);
        return line;
    }

    /// <summary>Waits until the server ends by itself; fails the test when it does not.</summary>
    public async Task<(int ExitCode, string Error)> EndsAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        _rest ??= ReadToEndAsync();
        var error = await _process.StandardError.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        await _rest.WaitAsync(patience.Token);
        return (_process.ExitCode, error);
    }

    /// <summary>The server stands still for a while, as on a machine that is out of memory or moved to another one.</summary>
    public async Task StallAsync(TimeSpan time)
    {
        await SignalAsync("-STOP");
        await Task.Delay(time);
        await SignalAsync("-CONT");
    }

    /// <summary>Asks the server to stop, and waits until it has ended.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("-TERM");
        await EndsAsync();
    }

    async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Kills the server like kill -9, so that none of its handlers runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(Patience);
        }
        _process.Dispose();
    }
}
