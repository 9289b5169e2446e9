namespace ScimProvisioning.Portal;

/// <summary>
/// How far a connection is set up. It follows from what is there and is stored nowhere, so that each step can be left and come back to,
/// by whoever opens the page.
/// </summary>
sealed record SetupProgress(bool HasToken, bool WasReached, bool HasUser, bool HasMapping, bool HasScope, bool HasRoles, bool IsEnabled)
{
    public const string Provider = "provider";
    public const string Credentials = "credentials";
    public const string Test = "test";
    public const string User = "user";
    public const string Mapping = "mapping";
    public const string Scope = "scope";
    public const string Roles = "roles";
    public const string Enable = "enable";

    /// <summary>All steps in their order.</summary>
    public static readonly IReadOnlyList<string> Steps = [Provider, Credentials, Test, User, Mapping, Scope, Roles, Enable];

    /// <summary>The first step that is not done.</summary>
    public string Now => Steps.FirstOrDefault(step => !IsDone(step)) ?? Enable;

    /// <summary>done, now or later.</summary>
    public string StateOf(string step) =>
        IsDone(step) ? "done"
        : step == Now ? "now"
        : "later";

    /// <summary>The steps that have a preset, which may stay.</summary>
    public static bool IsOptional(string step) => step is Mapping or Scope or Roles;

    bool IsDone(string step) =>
        step switch
        {
            Provider => true,
            Credentials => HasToken || WasReached,
            Test => WasReached,
            // Users of before say nothing about whether any come now.
            User => WasReached && HasUser,
            // Whoever has enabled the connection was content with the presets.
            Mapping => HasMapping || IsEnabled,
            Scope => HasScope || IsEnabled,
            Roles => HasRoles || IsEnabled,
            _ => IsEnabled,
        };
}
