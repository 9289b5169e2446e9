extern alias compliance;
using compliance::ScimCompliance.Simulate;
using compliance::ScimCompliance.Wire;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>A made-up tenant, and Entra's agent that plays it against a connection of the test's own.</summary>
sealed class Play : IDisposable
{
    public const string Mark = "play";

    Play(string url, string token, Dialect dialect, int cycles, TenantSize size, Progress? progress)
    {
        var (tenant, people, random) = TenantGenerator.Generate(size, 7, Mark);
        (Tenant, Client) = (tenant, new(new Uri(url), token, TimeSpan.FromSeconds(30)));
        Simulation = new(Client, tenant, new(tenant, people, random), new(7), new(cycles, dialect, 8, TimeSpan.FromSeconds(60), TimeSpan.Zero, Keep: false), TimeProvider.System, progress ?? Progress.Silent);
    }

    public Tenant Tenant { get; }

    public ScimClient Client { get; }

    public Simulation Simulation { get; }

    public static Play Against(TestDirectory directory, Dialect dialect = Dialect.Default, int cycles = 0, TenantSize? size = null, string? url = null, Progress? progress = null) =>
        new(url ?? directory.Url, directory.Connection.Token, dialect, cycles, size ?? new(60, 8, 200), progress);

    public void Dispose() => Client.Dispose();
}
