namespace ScimCompliance.Http;

/// <summary>An expectation of a check is not met. Both texts are phrases that an admin can read.</summary>
sealed class CheckFailed(string expected, string came) : Exception($"Expected: {expected}. Came: {came}.")
{
    public string Expected { get; } = expected;

    public string Came { get; } = came;
}

/// <summary>A check could not be tried, because something it needs first does not work. Another check reports that.</summary>
sealed class Blocked(string why) : Exception(why);

/// <summary>A check is not applicable, because the server does not offer what is checked.</summary>
sealed class NotOffered(string what) : Exception(what);
