using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using ScimProvisioning.Events.Webhooks;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>The right to send to an endpoint, while the database does not answer.</summary>
[TestFixture, Parallelizable]
sealed class SendingRightTests
{
    TcpListener _silent = null!;
    NpgsqlDataSource _database = null!;

    [SetUp]
    public void Listen()
    {
        _silent = new(IPAddress.Loopback, 0);
        _silent.Start();
        _database = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={((IPEndPoint)_silent.LocalEndpoint).Port};Username=a;Timeout=300");
    }

    [TearDown]
    public async Task Close()
    {
        _silent.Dispose();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task It_counts_from_when_it_was_asked_for()
    {
        using var right = Right(askedBefore: SendingRight.Safe);

        Assert.That(right.IsSure, Is.False);
        await Wait.UntilAsync(() => right.Lost.IsCancellationRequested, "requests under way go on");
    }

    [Test]
    public async Task It_is_lost_by_the_clock_while_a_renewal_hangs()
    {
        using var right = Right(askedBefore: SendingRight.Safe - SendingRight.BetweenRenewals - TimeSpan.FromSeconds(0.3));
        Assert.That(right.IsSure);

        var kept = right.KeepAsync();
        await Wait.UntilAsync(() => _silent.Pending() && right.Lost.IsCancellationRequested, "requests under way go on");

        Assert.That((right.IsSure, kept.IsCompleted), Is.EqualTo((false, false)));
        right.Stop();
        _silent.Stop();
        await kept.WaitAsync(Wait.Limit);
    }

    SendingRight Right(TimeSpan askedBefore) =>
        new(_database, Guid.Empty, Guid.Empty, Stopwatch.GetTimestamp() - (long)(askedBefore.TotalSeconds * Stopwatch.Frequency));
}
