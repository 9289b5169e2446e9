using System.Security.Cryptography;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>The public name of an OAuth client.</summary>
static class ClientId
{
    const string Prefix = "client-";
    const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    const int RandomLength = 20;

    /// <summary>A new name of 100 random bits.</summary>
    public static string Create() => Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <summary>Whether it can be a client's: anything else is not looked up.</summary>
    public static bool IsPossible(string text) =>
        text.Length == Prefix.Length + RandomLength && text.StartsWith(Prefix, StringComparison.Ordinal) && text.Skip(Prefix.Length).All(Alphabet.Contains);
}
