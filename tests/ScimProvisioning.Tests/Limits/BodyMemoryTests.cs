using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Tests.Limits;

/// <summary>The memory of a small machine: 16 MiB for bodies that are read, of which one connection gets 8.</summary>
[TestFixture, Parallelizable, CancelAfter(60_000)]
sealed class BodyMemoryTests
{
    const int MaxBytes = 4 * 1024 * 1024;

    readonly BodyMemory _memory = new(memory: 0);

    [OneTimeTearDown]
    public void Stop() => _memory.Dispose();

    [Test]
    public async Task While_the_large_bodies_of_one_connection_wait_those_of_another_are_read(CancellationToken ct)
    {
        var (noisy, quiet) = (Guid.CreateVersion7(DateTimeOffset.UnixEpoch), Guid.CreateVersion7(DateTimeOffset.UnixEpoch));
        var held = new[] { Body(noisy), Body(noisy), Body(noisy) };
        // One of them finds no memory for its connection, although there is some for others.
        foreach (var body in held)
            await body.SendAsync(100_000, ct);

        var other = Body(quiet);
        await other.SendAsync(1_000_000, ct);
        other.End();

        Assert.That(await other.Length.WaitAsync(ct), Is.EqualTo(1_000_000));
        // Which of the three comes too late is not certain.
        var refused = await Task.WhenAny(held.Select(body => body.Length));
        var reading = held.Where(body => body.Length != refused).ToArray();
        Assert.That(async () => await refused, Throws.TypeOf<UnavailableException>().With.Message.Contains("send it again"));
        Assert.That(reading.Select(body => body.Length.IsCompleted), Is.All.False);

        reading[0].End();
        await reading[0].Length;
        var next = Body(noisy);
        await next.SendAsync(100_000, ct);
        next.End();
        Assert.That(await next.Length.WaitAsync(ct), Is.EqualTo(100_000));
        reading[1].End();
    }

    [Test]
    public async Task Small_bodies_are_read_while_large_ones_hold_all_memory(CancellationToken ct)
    {
        var connection = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
        var held = new[] { Body(connection), Body(connection) };
        foreach (var body in held)
            await body.SendAsync(100_000, ct);

        var small = Body(connection);
        await small.SendAsync(60_000, ct);
        small.End();

        Assert.That(await small.Length.WaitAsync(ct), Is.EqualTo(60_000));
        foreach (var body in held)
            body.End();
        await Task.WhenAll(held.Select(body => body.Length));
    }

    [Test]
    public async Task A_body_without_a_length_is_refused_once_it_is_too_large(CancellationToken ct)
    {
        var body = Body(Guid.CreateVersion7(DateTimeOffset.UnixEpoch));

        await body.SendAsync(MaxBytes + 1, ct);

        Assert.That(async () => await body.Length, Throws.TypeOf<ScimException>().With.Property("Status").EqualTo(413));
    }

    [Test]
    public async Task One_connection_gets_half_of_the_memory_for_values_too(CancellationToken ct)
    {
        var noisy = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
        // Its request does not end, and so holds its share.
        Assert.That(await Values(noisy, 100_000).WaitAsync(ct), Is.EqualTo(1));

        var second = Values(noisy, 100_000);

        Assert.That(await Values(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), 100_000).WaitAsync(ct), Is.EqualTo(1));
        Assert.That(await Values(noisy, 100).WaitAsync(ct), Is.EqualTo(1));
        Assert.That(async () => await second, Throws.TypeOf<UnavailableException>());
    }

    Task<int> Values(Guid connection, int values)
    {
        var body = new SentBody(_memory, connection, values);
        body.SendAsync(1, CancellationToken.None).GetAwaiter().GetResult();
        body.End();
        return body.Length;
    }

    SentBody Body(Guid connection) => new(_memory, connection, values: 1);

    /// <summary>A body that arrives piece by piece.</summary>
    sealed class SentBody
    {
        readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));

        public SentBody(BodyMemory memory, Guid connection, int values)
        {
            var http = new DefaultHttpContext { Request = { Body = _pipe.Reader.AsStream() } };
            http.Features.Set(
                new CurrentConnection(
                    new(connection, "", ConnectionState.Active, null, [], ResourceTypes.BuiltIn, ConnectionSettings.Default),
                    "test",
                    []
                )
            );
            Length = memory.ReadAsync(http, MaxBytes, count: _ => values, parse: bytes => bytes.Length);
        }

        /// <summary>What was read, once the body has ended.</summary>
        public Task<int> Length { get; }

        public async Task SendAsync(int bytes, CancellationToken ct) => await _pipe.Writer.WriteAsync(new byte[bytes], ct);

        public void End() => _pipe.Writer.Complete();
    }
}
