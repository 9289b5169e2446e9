using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Scim;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Lists;

/// <summary>The content of a cursor (RFC 9865) before it is encrypted: a place in a list.</summary>
/// <param name="Total">The count made for the first page of a filtered list.</param>
/// <param name="ExpiresAt">Unix time in seconds.</param>
sealed record Cursor(PageEdge Edge, long? Total, long ExpiresAt);

/// <summary>
/// Makes cursors and reads them back. They are encrypted and signed: a client can neither read one (it holds a value sorted by) nor forge
/// one, nor use it for another connection or query. The server keeps nothing.
/// </summary>
sealed class Cursors(IOptions<SigningKeys> keys, TimeProvider clock)
{
    /// <summary>A cursor expires after this many seconds.</summary>
    public const int LifetimeSeconds = 3_600;

    byte[] Key => field ??= Sealing.Key(keys.Value, "cursor");

    /// <summary>The text of a cursor, in characters that need no escaping in a URL.</summary>
    /// <param name="boundTo">The connection and query that the cursor belongs to.</param>
    public string? Write(PageEdge? edge, long? total, string boundTo)
    {
        if (edge is null)
            return null;
        var plain = JsonSerializer.SerializeToUtf8Bytes(new Cursor(edge, total, clock.GetUtcNow().ToUnixTimeSeconds() + LifetimeSeconds));
        return Base64Url.EncodeToString(Sealing.Seal(Key, plain, boundTo));
    }

    /// <exception cref="ScimException">
    /// 400 <c>invalidCursor</c> for a cursor that was not made here for this query; <c>expiredCursor</c>.
    /// </exception>
    public Cursor Read(string text, string boundTo)
    {
        var cursor =
            Open(text, boundTo)
            ?? throw ScimException.InvalidCursor(
                "The cursor is not one of this query: repeat filter, sortBy and sortOrder as they were, or begin with an empty cursor."
            );
        return cursor.ExpiresAt > clock.GetUtcNow().ToUnixTimeSeconds()
            ? cursor
            : throw ScimException.ExpiredCursor(
                $"The cursor has expired: ask for the next page within {LifetimeSeconds} seconds, or begin with an empty cursor."
            );
    }

    Cursor? Open(string text, string boundTo) =>
        Base64Url.IsValid(text) && Sealing.Open(Key, Base64Url.DecodeFromChars(text), boundTo) is { } plain
            ? JsonSerializer.Deserialize<Cursor>(plain)
            : null;
}
