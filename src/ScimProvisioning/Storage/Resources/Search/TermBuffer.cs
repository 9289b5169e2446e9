using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Scim;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>
/// A term while it is put together, in UTF-8: <c>connection|.name.sub=value</c>, in lower case. The terms of a document have most of their
/// beginnings in common, and a write has dozens of them, so that they are written over each other into one pooled buffer.
/// </summary>
sealed class TermBuffer : IDisposable
{
    // One for all terms: SHA256.HashData would make what is in it anew for each.
    readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(512);
    int _length;

    public TermBuffer(Guid connection)
    {
        connection.TryFormat(_bytes, out _length);
        Add((byte)'|');
    }

    /// <summary>Where the next byte goes. Going back to an earlier length takes away what was added since.</summary>
    public int Length
    {
        get => _length;
        set => _length = value;
    }

    public void Add(byte character)
    {
        Reserve(1);
        _bytes[_length++] = character;
    }

    /// <summary>Adds text as <see cref="CaseFolding"/> folds it.</summary>
    public void AddFolded(ReadOnlySpan<byte> text)
    {
        if (!Ascii.IsValid(text))
        {
            AddFolded(Encoding.UTF8.GetString(text));
            return;
        }
        Reserve(text.Length);
        Ascii.ToLower(text, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    /// <summary>The same for text that is not in UTF-8 yet.</summary>
    public void AddFolded(string text) => Add(CaseFolding.Fold(text));

    /// <summary>Adds text as it is.</summary>
    public void Add(string text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    /// <summary>The number that stands for the term in the index.</summary>
    public long Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _sha256.AppendData(_bytes.AsSpan(0, _length));
        _sha256.GetHashAndReset(hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _sha256.Dispose();
    }

    void Reserve(int bytes)
    {
        if (_length + bytes <= _bytes.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, 2 * _bytes.Length));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
