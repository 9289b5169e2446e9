using System.Security.Cryptography;

namespace ScimProvisioning.Auth;

/// <summary>Public names that nobody can guess: 100 random bits in lower-case base32 after a prefix that tells what they name.</summary>
static class RandomName
{
    public const int Length = 20;
    public const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Create(string prefix) => prefix + RandomNumberGenerator.GetString(Alphabet, Length);
}
