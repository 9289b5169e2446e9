using System.Globalization;
using System.Net;
using System.Net.Sockets;

/// <summary>
/// Runs in a measured server before its Main, for DOTNET_STARTUP_HOOKS names this assembly, and tells whoever connects how many bytes have been
/// allocated so far. The server itself knows nothing of it.
/// </summary>
/// <remarks>The runtime wants this name, without a namespace (docs/design/features/host-startup-hook.md of dotnet/runtime).</remarks>
static class StartupHook
{
    public const string PortVariable = "BENCHMARK_PROBE_PORT";

    public static void Initialize()
    {
        var listener = new TcpListener(
            IPAddress.Loopback,
            int.Parse(Environment.GetEnvironmentVariable(PortVariable)!, CultureInfo.InvariantCulture)
        );
        listener.Start();
        new Thread(() => Answer(listener)) { IsBackground = true }.Start();
    }

    static void Answer(TcpListener listener)
    {
        while (true)
        {
            using var client = listener.AcceptTcpClient();
            client.GetStream().Write(BitConverter.GetBytes(GC.GetTotalAllocatedBytes(precise: true)));
        }
    }
}
