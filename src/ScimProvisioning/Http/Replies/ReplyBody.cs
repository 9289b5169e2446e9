using System.Buffers;

namespace ScimProvisioning.Http.Replies;

/// <summary>The body of a reply while it is written: a small one is sent whole, with its length; of a large one no more than a piece is kept in memory.</summary>
sealed class ReplyBody(HttpResponse response) : IBufferWriter<byte>, IDisposable
{
    const int Piece = 64 * 1024;

    byte[] _buffer = ArrayPool<byte>.Shared.Rent(4 * 1024);
    int _length;
    bool _begun;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>To be called wherever the reply may pause.</summary>
    public ValueTask SendIfLargeAsync(CancellationToken ct) => _length < Piece ? ValueTask.CompletedTask : SendAsync(ct);

    public ValueTask EndAsync(CancellationToken ct)
    {
        if (!_begun)
            response.ContentLength = _length;
        return SendAsync(ct);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    async ValueTask SendAsync(CancellationToken ct)
    {
        _begun = true;
        // RFC 9110 §9.3.2: the headers of a GET, and nothing else.
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.Body.WriteAsync(_buffer.AsMemory(0, _length), ct);
        _length = 0;
    }

    void Reserve(int size)
    {
        if (_buffer.Length - _length >= size)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _buffer.Length, _length + size));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
