namespace ScimCompliance.Http;

/// <summary>An expectation of a check does not hold. Both texts are whole phrases, for an admin.</summary>
sealed class CheckFailed(string expected, string came) : Exception($"Expected: {expected}. Came: {came}.")
{
    public string Expected { get; } = expected;

    public string Came { get; } = came;
}

/// <summary>A check could not be tried, because what it needs first does not work; another check says so.</summary>
sealed class Blocked(string why) : Exception(why);

/// <summary>A check says nothing about this server, because it does not offer what is checked.</summary>
sealed class NotOffered(string what) : Exception(what);
