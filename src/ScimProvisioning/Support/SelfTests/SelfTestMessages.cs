namespace ScimProvisioning.Support.SelfTests;

/// <summary>What a self-test has found.</summary>
/// <param name="Passed">Whether no check has failed.</param>
/// <param name="TenantUrl">The URL that was called, which is the one that the identity provider calls.</param>
/// <param name="Checks">The checks in the order in which they were made.</param>
sealed record SelfTestResponse(bool Passed, string TenantUrl, IReadOnlyList<SelfTestCheck> Checks);

/// <summary>A check of a self-test.</summary>
/// <param name="Name">dns, connection, tls, path, login, content_type, service_provider_config, filter, write, refusal.</param>
/// <param name="Status">ok, failed, or skipped: an earlier check has failed, or there is nothing to check.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to change; null when nothing need be.</param>
sealed record SelfTestCheck(string Name, string Status, long Milliseconds, string Detail, string? Advice)
{
    public const string Ok = "ok";
    public const string Failed = "failed";
    public const string Skipped = "skipped";
}
