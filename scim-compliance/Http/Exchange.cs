namespace ScimCompliance.Http;

/// <summary>One request and its answer, as a report shows them. Never contains the token.</summary>
/// <param name="Status">0 when no answer came; then <paramref name="Failure"/> says why.</param>
sealed record Exchange(
    string Method,
    string Url,
    IReadOnlyList<KeyValuePair<string, string>> RequestHeaders,
    string? RequestBody,
    int Status,
    IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders,
    string ResponseBody,
    TimeSpan Elapsed,
    string? Failure = null
)
{
    /// <summary>A shorter text is not masked, since it would occur everywhere.</summary>
    const int ShortestSecret = 8;

    /// <summary>The same with these texts masked in the answer.</summary>
    public Exchange Without(params IEnumerable<string?> secrets)
    {
        string[] known = [.. secrets.OfType<string>().Where(secret => secret.Length >= ShortestSecret)];
        string Masked(string text) => known.Aggregate(text, (left, secret) => left.Replace(secret, "…", StringComparison.Ordinal));
        return this with
        {
            ResponseHeaders = [.. ResponseHeaders.Select(header => KeyValuePair.Create(header.Key, Masked(header.Value)))],
            ResponseBody = Masked(ResponseBody),
        };
    }
}
