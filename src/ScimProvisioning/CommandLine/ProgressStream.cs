namespace ScimProvisioning.CommandLine;

/// <summary>A file that shows on standard error how much of it was read.</summary>
sealed class ProgressStream(FileStream file) : Stream
{
    const int Width = 30;

    int _shown = -1;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = file.Read(buffer, offset, count);
        Show();
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await file.ReadAsync(buffer, cancellationToken);
        Show();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    void Show()
    {
        var filled = Length == 0 ? Width : (int)(Width * Position / Length);
        if (filled == _shown || Console.IsErrorRedirected)
            return;
        _shown = filled;
        Console.Error.Write(
            $"\r[{new string('#', filled)}{new string('.', Width - filled)}]{(filled == Width ? Environment.NewLine : "")}"
        );
    }
}
