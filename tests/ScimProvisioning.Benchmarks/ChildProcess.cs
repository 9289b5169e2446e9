using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace ScimProvisioning.Benchmarks;

/// <summary>A web server in a separate process, on a free loopback port, with the settings of production.</summary>
sealed class ChildProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    readonly Process _process;
    readonly int _probe;
    readonly StringBuilder _output = new();

    ChildProcess(Process process, Uri address, int probe) => (_process, Address, _probe) = (process, address, probe);

    public Uri Address { get; }

    /// <summary>How long it took from the start of the process to its first healthy answer.</summary>
    public ServerStart Start { get; private set; } = null!;

    /// <summary>Processor time so far: steadier than the clock on a machine that has other work.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Its output so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it and waits until it is healthy.</summary>
    /// <param name="at">The address on which it listens; by default a free port.</param>
    public static async Task<ChildProcess> StartAsync(
        string assembly,
        string[] arguments,
        Dictionary<string, string> environment,
        CancellationToken ct,
        Uri? at = null
    )
    {
        var (address, probe) = (at ?? new Uri($"http://127.0.0.1:{FreePort()}"), FreePort());
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Path.GetFullPath(assembly)),
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = address.AbsoluteUri;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.PortVariable] = probe.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        var started = Stopwatch.GetTimestamp();
        var child = new ChildProcess(Process.Start(start)!, address, probe);
        child.Listen();
        try
        {
            await child.WaitAsync(started, ct);
            var ready = Stopwatch.GetTimestamp();
            child.Start = ServerStart.Of(started, (await child.ProbeAsync(ct))[1..], ready, child.ResidentBytes);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bytes that it has allocated so far, also those that have been collected since.</summary>
    public async Task<long> AllocatedBytesAsync(CancellationToken ct) => (await ProbeAsync(ct))[0];

    /// <summary>Kills the process: everything that it has answered is in the database already.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
    }

    // The answer of StartupHook.
    async Task<long[]> ProbeAsync(CancellationToken ct)
    {
        using var probe = new TcpClient();
        await probe.ConnectAsync(IPAddress.Loopback, _probe, ct);
        var bytes = new byte[sizeof(long) * (1 + StartSteps.Count)];
        await probe.GetStream().ReadExactlyAsync(bytes, ct);
        return MemoryMarshal.Cast<byte, long>(bytes).ToArray();
    }

    void Listen()
    {
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (_output)
                _output.AppendLine(line.Data);
        };
        _process.OutputDataReceived += keep;
        _process.ErrorDataReceived += keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    async Task WaitAsync(long started, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        while (!await IsReadyAsync(client, ct))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The child process ended with exit code {_process.ExitCode}:\n{Output}");
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException($"The child process does not answer:\n{Output}");
            await Task.Delay(Pause, ct);
        }
    }

    static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken ct)
    {
        try
        {
            using var response = await client.GetAsync("health/ready", ct);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
