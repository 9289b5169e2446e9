namespace ScimProvisioning.Auth.OAuth;

/// <summary>The public name of an OAuth client.</summary>
static class ClientId
{
    const string Prefix = "client-";

    /// <summary>A new name of 100 random bits.</summary>
    public static string Create() => RandomName.Create(Prefix);

    /// <summary>Whether the text has the form of a client's name; other text is not looked up.</summary>
    public static bool IsPossible(string text) =>
        text.Length == Prefix.Length + RandomName.Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Skip(Prefix.Length).All(RandomName.Alphabet.Contains);
}
