extern alias compliance;
using compliance::ScimCompliance.Http;
using compliance::ScimCompliance.Simulate;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>A generated tenant and the simulated Entra agent that provisions it into a connection of the test.</summary>
sealed class Play : IDisposable
{
    public const string Mark = "play";

    Play(ScimClient client, Dialect dialect, int cycles, TenantSize size, Progress? progress)
    {
        var (tenant, people, random) = TenantGenerator.Generate(size, 7, Mark);
        (Tenant, Client) = (tenant, client);
        Simulation = new(
            Client,
            tenant,
            new(tenant, people, random),
            new(7),
            new(cycles, dialect, 8, Wait.Limit, TimeSpan.Zero, Keep: false),
            TimeProvider.System,
            progress ?? Progress.Silent
        );
    }

    public Tenant Tenant { get; }

    public ScimClient Client { get; }

    public Simulation Simulation { get; }

    public static Play Against(
        TestDirectory directory,
        Dialect dialect = Dialect.Default,
        int cycles = 0,
        TenantSize? size = null,
        string? url = null,
        Progress? progress = null
    ) =>
        Against(
            new ScimClient(new(url ?? directory.Url), directory.Connection.Token, TimeSpan.FromSeconds(30)),
            dialect,
            cycles,
            size,
            progress
        );

    /// <summary>With a client that authenticates in another way. Disposing the play disposes it.</summary>
    public static Play Against(
        ScimClient client,
        Dialect dialect = Dialect.Default,
        int cycles = 0,
        TenantSize? size = null,
        Progress? progress = null
    ) => new(client, dialect, cycles, size ?? new(60, 8, 200), progress);

    public void Dispose() => Client.Dispose();
}
