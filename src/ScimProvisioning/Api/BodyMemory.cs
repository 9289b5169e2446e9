using System.Buffers;
using System.Threading.RateLimiting;
using Scim;
using ScimProvisioning.Auth.Connections;

namespace ScimProvisioning.Api;

/// <summary>
/// Bounds the memory that bodies of requests take, over the whole server. Large bodies wait for their share before they are read, and for a
/// second share, by the number of their values, before they become a tree: a tree takes many times the bytes that it is read from. One
/// connection gets half of each at most.
/// </summary>
sealed class BodyMemory : IDisposable
{
    /// <summary>
    /// Values of a body at most: objects, arrays, texts, numbers, true, false and null. Enough for 50,000 members.
    /// </summary>
    public const int MaxValues = 110_000;

    /// <summary>What a client that sends too slowly is told (408), whether it was this class or Kestrel that gave up.</summary>
    public const string TooSlow = "The body of the request came too slowly. Nothing was changed: send it again.";

    /// <summary>Bytes of a body that takes no share. How many of them there are is bounded by the rate limits of connections.</summary>
    const int SmallBytes = 64 * 1024;

    /// <summary>The same for its values.</summary>
    const int SmallValues = 4_000;

    const int LargestBody = 4 * 1024 * 1024;

    // What one value takes while its request is served: as a node of a tree, in copies of it, as text. Measured under a flood.
    const int BytesOfValue = 1_000;

    // Shares are counted in units, since permits are an int.
    const int Unit = 1024;

    // A client that sends slower than this, after the first seconds, would keep its share from the others.
    const int BytesPerSecond = 200_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly ChainedLimiter<Guid> _bytes;
    readonly ChainedLimiter<Guid> _values;

    // In a container this is its memory, less what .NET leaves for other things.
    public BodyMemory()
        : this(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes) { }

    internal BodyMemory(long memory)
    {
        _bytes = Shares(Math.Max(memory / 64, 4 * LargestBody) / Unit);
        _values = Shares(Math.Max(memory / 4 / BytesOfValue, 2 * MaxValues));
    }

    /// <summary>Reads the body and parses it. The share of its tree is given back when the request ends.</summary>
    /// <param name="maxBytes">At most 4 MiB.</param>
    /// <param name="count">Checks the bytes and counts the values in them, which must not be more than <see cref="MaxValues"/>.</param>
    /// <exception cref="ScimException">413 for too many bytes.</exception>
    /// <exception cref="UnavailableException">Other large bodies took all memory for seconds.</exception>
    public async Task<T> ReadAsync<T>(
        HttpContext http,
        int maxBytes,
        Func<ReadOnlySpan<byte>, int> count,
        Func<ReadOnlySpan<byte>, T> parse
    )
    {
        if (http.Request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        using var body = new PooledBody();
        var isLarge = await body.ReadAsync(http.Request.Body, SmallBytes, http.RequestAborted);
        using var share = isLarge ? await ReadLargeAsync(http, body, maxBytes) : null;
        var values = count(body.Bytes);
        if (values > SmallValues)
            http.Response.RegisterForDispose(await WaitAsync(_values, http, values));
        return parse(body.Bytes);
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _values.Dispose();
    }

    async Task<RateLimitLease> ReadLargeAsync(HttpContext http, PooledBody body, int maxBytes)
    {
        var length = (int)(http.Request.ContentLength ?? maxBytes);
        var share = await WaitAsync(_bytes, http, (length + Unit - 1) / Unit);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        time.CancelAfter(Patience + TimeSpan.FromSeconds((double)length / BytesPerSecond));
        try
        {
            return await body.ReadAsync(http.Request.Body, maxBytes, time.Token) ? throw TooLarge(maxBytes) : share;
        }
        catch (Exception e)
        {
            share.Dispose();
            if (e is OperationCanceledException && !http.RequestAborted.IsCancellationRequested)
                throw new BadHttpRequestException(TooSlow, StatusCodes.Status408RequestTimeout, e);
            throw;
        }
    }

    static ScimException TooLarge(int maxBytes) =>
        ScimException.PayloadTooLarge($"The body is larger than {maxBytes} bytes (maxPayloadSize): split the request.");

    static Task<RateLimitLease> WaitAsync(ChainedLimiter<Guid> shares, HttpContext http, int amount)
    {
        // Admins and callers without a connection share one part.
        var connection = CurrentConnection.Of(http)?.Id ?? Guid.Empty;
        return LimiterWait.AcquireAsync(
            wait => shares.Limiter.AcquireAsync(connection, amount, wait),
            Patience,
            "The server is busy with other large requests. Nothing was changed: send it again, or in parts.",
            http.RequestAborted
        );
    }

    static ChainedLimiter<Guid> Shares(long amount)
    {
        var all = (int)Math.Min(amount, int.MaxValue / 16);
        return new(
            PartitionedRateLimiter.Create<Guid, Guid>(connection =>
                RateLimitPartition.GetConcurrencyLimiter(connection, _ => Share(all / 2))
            ),
            PartitionedRateLimiter.Create<Guid, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => Share(all)))
        );
    }

    static ConcurrencyLimiterOptions Share(int amount) =>
        new()
        {
            PermitLimit = amount,
            QueueLimit = 8 * amount,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };

    /// <summary>A buffer from the pool that grows with what is read into it.</summary>
    sealed class PooledBody : IDisposable
    {
        byte[] _buffer = ArrayPool<byte>.Shared.Rent(4 * 1024);
        int _length;

        public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

        /// <summary>Reads on to the end, or until there is more than the limit.</summary>
        /// <returns>Whether there is more than the limit.</returns>
        public async Task<bool> ReadAsync(Stream stream, int limit, CancellationToken ct)
        {
            while (_length <= limit)
            {
                if (_length == _buffer.Length)
                    Grow();
                var read = await stream.ReadAsync(_buffer.AsMemory(_length), ct);
                if (read == 0)
                    return false;
                _length += read;
            }
            return true;
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

        void Grow()
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
