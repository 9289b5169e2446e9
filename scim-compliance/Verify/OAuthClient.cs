namespace ScimCompliance.Verify;

/// <summary>An OAuth client of the server (RFC 6749 §4.4), as an admin enters it in Entra instead of a Secret Token.</summary>
/// <param name="Assertion">A token issued by Entra, for workload identity federation (RFC 7523 §2.2).</param>
sealed record OAuthClient(string Id, string? Secret, Uri TokenUrl, string? Assertion);
