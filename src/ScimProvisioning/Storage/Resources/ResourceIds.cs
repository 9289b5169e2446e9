namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// New ids of resources: UUIDs of version 7 in the order in which they were asked for, also within a millisecond. Lists without
/// <c>sortBy</c> are ordered by id, so that they show resources in the order of their creation.
/// </summary>
sealed class ResourceIds
{
    const int CounterBits = 12;

    /// <summary>
    /// Milliseconds since 1970, and the number of the id within its millisecond. Full counters run into the next millisecond.
    /// </summary>
    long _last;

    /// <summary>RFC 9562 §6.2, method 1: the 12 bits after the version count.</summary>
    public Guid Next(DateTimeOffset now)
    {
        long seen,
            next;
        do
        {
            seen = Volatile.Read(ref _last);
            next = Math.Max(seen + 1, now.ToUnixTimeMilliseconds() << CounterBits);
        } while (Interlocked.CompareExchange(ref _last, next, seen) != seen);

        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(next >> CounterBits)).TryWriteBytes(id, bigEndian: true, out _);
        id[6] = (byte)(0x70 | (next >> 8 & 0x0F));
        id[7] = (byte)next;
        return new Guid(id, bigEndian: true);
    }
}
