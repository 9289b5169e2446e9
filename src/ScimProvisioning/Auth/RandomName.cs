using System.Security.Cryptography;

namespace ScimProvisioning.Auth;

/// <summary>Public names that cannot be guessed: a prefix that says what they name, then 100 random bits in lower-case base32.</summary>
static class RandomName
{
    public const int Length = 20;
    public const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Create(string prefix) => prefix + RandomNumberGenerator.GetString(Alphabet, Length);
}
