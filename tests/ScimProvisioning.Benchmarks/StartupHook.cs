using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ScimProvisioning.Benchmarks;

/// <summary>
/// Runs in a measured server before its Main, because DOTNET_STARTUP_HOOKS names this assembly. It tells every client of a port
/// how many bytes have been allocated and when the server reached the steps of its start. The server has no code for this.
/// </summary>
/// <remarks>The runtime requires this name, without a namespace (docs/design/features/host-startup-hook.md of dotnet/runtime).</remarks>
static class StartupHook
{
    public const string PortVariable = "BENCHMARK_PROBE_PORT";

    public static void Initialize()
    {
        var steps = new StartSteps();
        var listener = new TcpListener(
            IPAddress.Loopback,
            int.Parse(Environment.GetEnvironmentVariable(PortVariable)!, CultureInfo.InvariantCulture)
        );
        listener.Start();
        new Thread(() => Answer(listener, steps)) { IsBackground = true }.Start();
    }

    static void Answer(TcpListener listener, StartSteps steps)
    {
        while (true)
        {
            using var client = listener.AcceptTcpClient();
            long[] answer = [GC.GetTotalAllocatedBytes(precise: true), .. steps.Reached];
            client.GetStream().Write(MemoryMarshal.AsBytes(answer.AsSpan()));
        }
    }
}
