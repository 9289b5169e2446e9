using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>What a token's signature has proven.</summary>
/// <param name="JtiHash">The token's identity as it is stored.</param>
/// <param name="Expires">The token's own <c>exp</c>.</param>
sealed record ValidatedToken(byte[] JtiHash, DateTimeOffset? Expires);

/// <summary>
/// Remembers tokens whose signature was checked, by the SHA-256 of the header: parsing a JWT costs more than all else that a read does
/// here. The keys do not change while the server runs, so a signature stays valid. What can change is checked at every request.
/// </summary>
sealed class TokenCache
{
    const int Capacity = 10_000;

    readonly ConcurrentDictionary<(UInt128, UInt128), ValidatedToken> _validated = [];

    public ValidatedToken? Find(HttpRequest request) => _validated.GetValueOrDefault(Fingerprint(request));

    public void Add(HttpRequest request, ValidatedToken token)
    {
        if (_validated.Count >= Capacity)
            _validated.Clear();
        _validated[Fingerprint(request)] = token;
    }

    static (UInt128, UInt128) Fingerprint(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(authorization.AsSpan()), hash);
        return MemoryMarshal.Read<(UInt128, UInt128)>(hash);
    }
}
