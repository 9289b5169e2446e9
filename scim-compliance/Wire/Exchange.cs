namespace ScimCompliance.Wire;

/// <summary>One request and what came back, as a report shows it. The token is never in it.</summary>
/// <param name="Status">0 when no answer came; then <paramref name="Failure"/> says why.</param>
sealed record Exchange(
    string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> RequestHeaders, string? RequestBody,
    int Status, IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders, string ResponseBody, TimeSpan Elapsed, string? Failure = null);
