using System.Security.Cryptography;

namespace ScimProvisioning.Auth;

/// <summary>The public name of a connection in its Tenant URL. With its prefix it can never look like a collection ("Users").</summary>
static class ConnectionKey
{
    /// <summary>What every key begins with, and no collection does.</summary>
    public const string Prefix = "con-";

    /// <summary>The route value that carries the key.</summary>
    public const string RouteValue = "connectionKey";

    /// <summary>The route segment, to be written into a template as it is: <c>"/scim/v2/" + ConnectionKey.RoutePattern</c>.</summary>
    public const string RoutePattern = "{" + RouteValue + ":regex(^" + Prefix + "[a-z2-7]{{20}}$)}";

    const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>A new key of 100 random bits.</summary>
    public static string Create() => Prefix + RandomNumberGenerator.GetString(Alphabet, 20);
}
