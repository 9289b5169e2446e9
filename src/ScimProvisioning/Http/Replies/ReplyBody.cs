using System.Buffers;

namespace ScimProvisioning.Http.Replies;

/// <summary>
/// The body of a reply while it is written. A small one is sent at once, with its length; a large one in pieces, so that memory holds only
/// one.
/// </summary>
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

    /// <summary>Sends what is written so far if it is a piece. Call it wherever the reply may pause.</summary>
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
        // RFC 9110 §9.3.2: HEAD sends the headers of a GET and no body.
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
