using System.Buffers;

namespace Scim.Directory;

/// <summary>
/// Entra's names of soft-deleted users: the object id, as 32 hex digits, before the userName and the mail
/// (<c>0f8fad5bd9cb469fa16570867728950eella@contoso.com</c>).
/// </summary>
static class TombstoneName
{
    const int IdLength = 32;

    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The name without the object id; <c>null</c> when there is none before it.</summary>
    public static string? Strip(string text) =>
        text.Length > IdLength && !text.AsSpan(0, IdLength).ContainsAnyExcept(HexDigits) ? text[IdLength..] : null;
}
